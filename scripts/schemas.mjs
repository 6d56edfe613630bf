// Writes schemas/*.schema.json from the definitions in src/core/formats. A unit test fails if they
// are stale.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = path.join(import.meta.dirname, '..')
const bundleFolder = await mkdtemp(path.join(os.tmpdir(), 'aepo-schemas-'))
const bundle = path.join(bundleFolder, 'schemas.mjs')
await build({
  entryPoints: [path.join(root, 'src/core/formats/jsonSchemas.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
})
const { jsonSchemaFiles } = await import(pathToFileURL(bundle).href)
await rm(bundleFolder, { recursive: true })

const folder = path.join(root, 'schemas')
await mkdir(folder, { recursive: true })
for (const [name, text] of jsonSchemaFiles()) await writeFile(path.join(folder, name), text)
