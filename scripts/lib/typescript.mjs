// Runs TypeScript of src/ in a script: bundles it and imports the bundle.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './paths.mjs'

/** Outside VS Code there is no module `vscode`; what a script runs does not call it. */
const withoutVsCode = {
  name: 'without-vscode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vscode$/ }, () => ({ path: 'vscode', namespace: 'absent' }))
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: 'module.exports = { l10n: { t: (text) => text } }',
    }))
  },
}

/** The exports of a source file, named from the project's folder. */
export async function importTypeScript(file) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'aepo-script-'))
  const bundle = path.join(folder, 'bundle.mjs')
  try {
    await build({
      entryPoints: [path.join(root, file)],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      plugins: [withoutVsCode],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    })
    return await import(pathToFileURL(bundle).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}
