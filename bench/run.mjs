// `npm run bench -- NAME [--json] [--runs 5] [--data FOLDER] [--option value …]`: installs, builds and runs one bench.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { build } from '../scripts/lib/build.mjs'
import { installDependencies } from '../scripts/lib/deps.mjs'
import { Failure, childEnvironment, run, script } from '../scripts/lib/run.mjs'
import { installPeers } from './peers.mjs'

const root = path.resolve(import.meta.dirname, '..')
const LIMIT_MINUTES = 240

await script(async ([name, ...args]) => {
  const names = (await readdir(path.join(root, 'bench'))).filter((file) => file.endsWith('.bench.ts')).map((file) => file.replace('.bench.ts', ''))
  if (!names.includes(name)) throw new Failure(`There is no bench "${name ?? ''}"; there are: ${names.join(', ')}.`)
  await installDependencies()
  await build()
  const peers = await installPeers(name)
  const { build: bundle } = await import('esbuild')
  // Beside the packages, so that they are found from there.
  const folder = await mkdtemp(path.join(root, 'node_modules/.bench-'))
  try {
    const children = (await readdir(path.join(root, 'bench/children'))).map((file) => path.join(root, 'bench/children', file))
    const entryPoints = [path.join(root, 'bench', `${name}.bench.ts`), ...children].map((file) => ({ in: file, out: path.basename(file, '.ts') }))
    await bundle({ entryPoints, outdir: folder, outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
    await run('node', [path.join(folder, `${name}.bench.mjs`), ...args], { show: true, limitMinutes: LIMIT_MINUTES, what: `The bench ${name}`, env: childEnvironment(peers) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
