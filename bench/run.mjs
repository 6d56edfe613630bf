// `npm run bench -- NAME [--json] [--option value …]`: builds and runs one bench; with --json its last line is one JSON object.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { build } from '../scripts/lib/build.mjs'
import { installDependencies } from '../scripts/lib/deps.mjs'
import { Failure, run, script } from '../scripts/lib/run.mjs'

const root = path.resolve(import.meta.dirname, '..')
const LIMIT_MINUTES = 120

await script(async ([name, ...args]) => {
  const names = (await readdir(path.join(root, 'bench'))).filter((file) => file.endsWith('.bench.ts')).map((file) => file.replace('.bench.ts', ''))
  if (!names.includes(name)) throw new Failure(`There is no bench "${name ?? ''}"; there are: ${names.join(', ')}.`)
  await installDependencies()
  await build()
  const { build: bundle } = await import('esbuild')
  // Beside the packages, so that they are found from there.
  const folder = await mkdtemp(path.join(root, 'node_modules/.bench-'))
  try {
    const outfile = path.join(folder, `${name}.mjs`)
    await bundle({ entryPoints: [path.join(root, 'bench', `${name}.bench.ts`)], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
    await run('node', [outfile, ...args], { show: true, limitMinutes: LIMIT_MINUTES, what: `The bench ${name}` })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
