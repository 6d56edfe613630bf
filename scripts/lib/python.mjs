// Python environments that uv creates from a lock file in the user's cache: for training, and for
// the peers of benches.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildOnce } from './cache.mjs'
import { cacheFolder, fingerprint, root } from './paths.mjs'
import { Failure, installed, run, step } from './run.mjs'

/** The version to install from PyPI if the machine has no uv. */
const UV_VERSION = '0.13.9'
const LOCK = join(root, 'training/requirements-dev.lock')
const UNREACHABLE =
  /failed to fetch|connection|dns error|timed out|Could not find a version|network/i

const inVenv = (venv, program) =>
  process.platform === 'win32'
    ? join(venv, 'Scripts', `${program}.exe`)
    : join(venv, 'bin', program)

/** The folder of the environment of a lock file, whether or not it exists. */
async function environmentFolder(lock) {
  return join(cacheFolder(), `python-${await fingerprint(lock)}`)
}

/**
 * The interpreter of the environment of a lock file, by default that of training. Creates the
 * environment if it does not exist.
 */
export async function installPython(lock = LOCK) {
  const folder = await environmentFolder(lock)
  if (!existsSync(folder))
    await step('Building the Python environment (about 6 GB)', () =>
      buildOnce(folder, (place) => build(place, lock)),
    )
  return inVenv(folder, 'python')
}

/** The environment is relocatable, because it is renamed when it is complete. */
async function build(folder, lock) {
  const uv = await findUv()
  try {
    await run(uv, [
      'venv',
      '--relocatable',
      '--clear',
      '--no-python-downloads',
      '--python',
      '>=3.11',
      folder,
    ])
    await run(uv, ['pip', 'sync', '--require-hashes', '--python', inVenv(folder, 'python'), lock])
  } catch (error) {
    throw explained(error)
  }
}

/**
 * The command for uv: its name if it is on the PATH, else its path in the cache. Installs it there
 * if necessary.
 */
export async function findUv() {
  if (await installed('uv')) return 'uv'
  const system = process.platform === 'win32' ? 'python' : 'python3'
  if (!(await installed(system)))
    throw new Failure('Python 3.11 or newer is missing: install it, then run this again.')
  const folder = await buildOnce(join(cacheFolder(), `uv-${UV_VERSION}`), async (venv) => {
    try {
      await run(system, ['-m', 'venv', venv])
      await run(inVenv(venv, 'python'), [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--only-binary=:all:',
        `uv==${UV_VERSION}`,
      ])
    } catch (error) {
      if (/ensurepip is not available/.test(error.output ?? ''))
        throw new Failure(
          'Python lacks its venv module: install it (Debian: apt-get install python3-venv) or uv, then run this again.',
        )
      throw explained(error)
    }
  })
  return inVenv(folder, 'uv')
}

function explained(error) {
  if (/No interpreter found/i.test(error.output ?? ''))
    return new Failure('Python 3.11 or newer is missing: install it, then run this again.')
  if (UNREACHABLE.test(error.output ?? ''))
    return new Failure(
      'The Python package index cannot be reached: connect to the network, then run this again.',
      error.output,
    )
  return error
}
