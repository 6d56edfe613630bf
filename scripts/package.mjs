// `npm run package`: packages the extension for this platform as a VSIX file. `dist/` must be
// built.
import { relative } from 'node:path'
import { root } from './lib/paths.mjs'
import { script, step } from './lib/run.mjs'
import { packageExtension } from './lib/vsix.mjs'

await script(async () => {
  const { file, size } = await step('Packaging the extension', packageExtension)
  console.log(`${relative(root, file)} (${(size / 1e6).toFixed(0)} MB)`)
})
