// `npm run manifest`: writes the commands, menus, keys and settings of package.json and
// package.nls.json from the tables in src/host. `--check` fails when the files differ from the
// tables and writes nothing.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { root } from './lib/paths.mjs'
import { Failure, script } from './lib/run.mjs'
import { importTypeScript } from './lib/typescript.mjs'

await script(async ([option]) => {
  const { manifestFile, stringsFile } = await importTypeScript('src/host/manifest.ts')
  for (const [name, generate] of [
    ['package.json', manifestFile],
    ['package.nls.json', stringsFile],
  ]) {
    const file = path.join(root, name)
    const current = await readFile(file, 'utf8')
    const wanted = generate(current)
    if (wanted === current) continue
    if (option === '--check')
      throw new Failure(`${name} differs from the tables in src/host: run npm run manifest.`)
    await writeFile(file, wanted)
  }
})
