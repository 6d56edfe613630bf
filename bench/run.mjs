// `npm run bench -- NAME [--json] [--save] [--runs 5] [--data FOLDER] [--option value …]`:
// installs, builds and runs one bench, or `all`. With --json the last line of each bench is a JSON
// object. With --save, and for `all`, the results are stored and RESULTS.md and the chart are
// updated. `npm run bench -- draw` only updates RESULTS.md and the chart from the stored results.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from '../scripts/lib/build.mjs'
import { installDependencies } from '../scripts/lib/deps.mjs'
import { Failure, childEnvironment, run, script } from '../scripts/lib/run.mjs'
import { installPeers } from './peers.mjs'

const root = path.resolve(import.meta.dirname, '..')
const LIMIT_MINUTES = 240

await script(async ([name = '', ...args]) => {
  const names = (await readdir(path.join(root, 'bench')))
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => file.replace('.bench.ts', ''))
  const known = [...names, 'all', 'draw']
  if (!known.includes(name))
    throw new Failure(`There is no bench "${name}"; there are: ${known.join(', ')}.`)
  const options = args.filter((argument) => argument !== '--save')
  const saves = name === 'all' || args.includes('--save')
  await installDependencies()
  if (name !== 'draw') await build()
  // Inside node_modules, so that packages can be imported from there.
  const folder = await mkdtemp(path.join(root, 'node_modules/.bench-'))
  try {
    await bundle(folder)
    const { BENCHES, draw, keep } = await import(
      pathToFileURL(path.join(folder, 'results.mjs')).href
    )
    if (name === 'draw') return draw(root)
    for (const bench of name === 'all' ? BENCHES : [name]) {
      const env = childEnvironment(await installPeers(bench))
      const wanted = saves && !options.includes('--json') ? [...options, '--json'] : options
      const output = await run('node', [path.join(folder, `${bench}.bench.mjs`), ...wanted], {
        show: true,
        limitMinutes: LIMIT_MINUTES,
        what: `The bench ${bench}`,
        env,
      })
      if (!saves) continue
      keep(root, output, options, (await run('node', ['--version'])).trim().slice(1))
      draw(root)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** Bundles the benches, their child processes, and the storage of results. */
async function bundle(folder) {
  const files = [
    ...(await glob('bench', '.bench.ts')),
    ...(await glob('bench/children', '.child.ts')),
    path.join(root, 'bench/results.ts'),
  ]
  const entryPoints = files.map((file) => ({ in: file, out: path.basename(file, '.ts') }))
  const { build: esbuild } = await import('esbuild')
  await esbuild({
    entryPoints,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
}

async function glob(inside, ending) {
  const names = await readdir(path.join(root, inside))
  return names.filter((file) => file.endsWith(ending)).map((file) => path.join(root, inside, file))
}
