// Writes schemas/*.schema.json from the definitions in src/core/formats. A unit test fails if they
// are stale.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { root } from './lib/paths.mjs'
import { importTypeScript } from './lib/typescript.mjs'

const { jsonSchemaFiles } = await importTypeScript('src/core/formats/jsonSchemas.ts')
const folder = path.join(root, 'schemas')
await mkdir(folder, { recursive: true })
for (const [name, text] of jsonSchemaFiles()) await writeFile(path.join(folder, name), text)
