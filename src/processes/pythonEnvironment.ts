// The Python environment of the runner. uv builds it once, in a cache folder named by the hash of
// the lock file.
// Invariant I17.
import * as l10n from '@vscode/l10n'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { failureError } from '../shared/errors'
import { lockWhenFree } from './builtFolder'
import { toolEnd } from './tool'
import { CPU_INDEX, cpuLock, type CpuLock, prefersCpuTorch } from './torchVariant'

const UV_VERSION = '0.13.9'
const windows = process.platform === 'win32'

/** With the CUDA libraries that the wheels of torch for Linux bring along. */
const CUDA_SIZE = '5.6 GB'
const CPU_SIZE = '1.5 GB'

/** Disk space of the environment of this machine. */
export const environmentSize = (): string =>
  process.platform === 'linux' && !prefersCpuTorch() ? CUDA_SIZE : CPU_SIZE

/** What is to be known of {@link environmentSize}; empty where it is certain. */
export const sizeReservation = (): string =>
  prefersCpuTorch()
    ? l10n.t`No NVIDIA GPU was found: PyTorch comes without CUDA, from ${CPU_INDEX}. Where that cannot be reached, the environment takes ${CUDA_SIZE}.`
    : ''

export interface EnvironmentOptions {
  /** Folder `training/` of the extension. */
  trainingFolder: string
  /** Where environments are kept. */
  cache: string
}

export interface BuildOptions extends EnvironmentOptions {
  /** Added to this process's environment: proxies. */
  env?: NodeJS.ProcessEnv
  signal: AbortSignal
  onLine: (line: string) => void
}

/** The interpreter of the environment of this lock file, or null when it has not been built. */
export const builtPython = async (options: EnvironmentOptions): Promise<string | null> =>
  readyPython(await environmentOf(options))

function readyPython({ whole, cpu }: Environment): string | null {
  const folder = [whole, ...(cpu ? [cpu.folder] : [])].find((each) => existsSync(readyMarker(each)))
  return folder === undefined ? null : interpreter(folder)
}

/**
 * Builds the environment and returns its interpreter. A second process waits for the first. An
 * unfinished build is removed, by the next build if this process was killed.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on
 *   abort; file-system errors such as `disk-full`.
 */
export async function buildPython(options: BuildOptions): Promise<string> {
  await mkdir(options.cache, { recursive: true })
  const environment = await environmentOf(options)
  const built = readyPython(environment)
  if (built !== null) return built
  const { whole, cpu } = environment
  if (!cpu) return buildOne(whole, options, syncLock)
  try {
    return await buildOne(cpu.folder, options, (uv) => installCpu(uv, cpu, options))
  } catch (thrown) {
    if (!(thrown instanceof CpuTorchError)) throw thrown
    options.onLine(thrown.message)
    return buildOne(whole, options, syncLock)
  }
}

type Install = (uv: readonly string[], python: string, options: BuildOptions) => Promise<void>

async function buildOne(folder: string, options: BuildOptions, install: Install): Promise<string> {
  const release = await lockWhenFree(folder, options.signal)
  try {
    if (!existsSync(readyMarker(folder))) await buildIn(folder, options, install)
    return interpreter(folder)
  } finally {
    await release()
  }
}

const syncLock: Install = (uv, python, options) =>
  runTool(
    [...uv, 'pip', 'sync', '--require-hashes', '--python', python, lockFile(options)],
    options,
  )

/** PyTorch's wheels for CPUs could not be fetched; the message says what is done instead. */
class CpuTorchError extends Error {
  constructor(cause: unknown) {
    super(
      l10n.t`PyTorch’s wheels for CPUs cannot be fetched from ${CPU_INDEX}. Those of the package index are taken, with CUDA libraries that this machine does not use (${CUDA_SIZE}).`,
      { cause },
    )
  }
}

/** PyTorch first: where it cannot be fetched, nothing else has been. */
async function installCpu(
  uv: readonly string[],
  { folder, torch, rest }: CpuEnvironment,
  options: BuildOptions,
): Promise<void> {
  const install = [...uv, 'pip', 'install', '--no-deps', '--python', interpreter(folder)]
  try {
    await runTool([...install, '--default-index', CPU_INDEX, torch], {
      ...options,
      env: { ...options.env, UV_HTTP_RETRIES: '1' },
    })
  } catch (thrown) {
    if (options.signal.aborted) throw thrown
    throw new CpuTorchError(thrown)
  }
  const restFile = path.join(folder, 'requirements-cpu.lock')
  await writeFile(restFile, rest)
  await runTool([...install, '--require-hashes', '-r', restFile], options)
}

async function buildIn(folder: string, options: BuildOptions, install: Install): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  try {
    const uv = await findUv(options)
    await runTool([...uv, 'venv', '--python', '>=3.11', folder], options)
    await install(uv, interpreter(folder), options)
    await writeFile(readyMarker(folder), '')
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true }) // gigabytes that nobody would find otherwise
    throw thrown
  }
}

const lockFile = ({ trainingFolder }: EnvironmentOptions): string =>
  path.join(trainingFolder, 'requirements.lock')

interface CpuEnvironment extends CpuLock {
  folder: string
}

interface Environment {
  /** The folder of the environment of the lock file. */
  whole: string
  /** The one without CUDA, where that is enough. */
  cpu: CpuEnvironment | null
}

async function environmentOf(options: EnvironmentOptions): Promise<Environment> {
  const lock = await readFile(lockFile(options), 'utf8')
  const hash = createHash('sha256').update(lock).digest('hex')
  const whole = path.join(options.cache, `python-${hash.slice(0, 16)}`)
  const cpu = prefersCpuTorch() ? cpuLock(lock) : null
  return { whole, cpu: cpu && { ...cpu, folder: `${whole}-cpu` } }
}

const readyMarker = (folder: string): string => path.join(folder, '.ready')
const interpreter = (folder: string): string =>
  windows ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python')

/** The command that runs uv: the uv on the PATH, or one installed into the cache. */
export async function findUv(options: BuildOptions): Promise<string[]> {
  if (await works(['uv', '--version'])) return ['uv']
  const base = windows ? 'python' : 'python3'
  if (!(await works([base, '--version']))) {
    throw failureError('not-found', l10n.t('Neither uv nor Python was found.'), {
      remedy: l10n.t(
        'Install uv or Python 3.11 or later, or name an interpreter with TRL in the setting aepo.training.python.',
      ),
    })
  }
  const folder = path.join(options.cache, `uv-${UV_VERSION}`)
  const python = interpreter(folder)
  if (!(await works([python, '-m', 'uv', '--version']))) {
    if (!(await works([base, '-c', 'import ensurepip']))) {
      throw failureError('not-found', l10n.t('Python lacks its venv module.'), {
        remedy: l10n.t(
          'Install it (Debian: apt-get install python3-venv) or uv, or name an interpreter with TRL in the setting aepo.training.python.',
        ),
      })
    }
    await runTool([base, '-m', 'venv', folder], options)
    await runTool([python, '-m', 'pip', 'install', '--quiet', `uv==${UV_VERSION}`], options)
  }
  return [python, '-m', 'uv']
}

export function works([command = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', windowsHide: true })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/**
 * Settles when the tool and its children have ended, also on abort.
 * @throws FailureError `training-failed` with the last line of a tool that failed; `cancelled`.
 */
export async function runTool(
  command: readonly string[],
  options: Pick<BuildOptions, 'env' | 'signal' | 'onLine'>,
): Promise<void> {
  const { code, lastLine } = await toolEnd(command, options)
  if (code === 0) return
  throw failureError(
    'training-failed',
    lastLine
      ? l10n.t`Building the training environment failed: ${lastLine}.`
      : l10n.t`Building the training environment failed: ${command[0] ?? ''} ended with exit code ${String(code)}.`,
    {
      remedy: l10n.t(
        'See the log; a package registry must be reachable. Start the run again to retry.',
      ),
    },
  )
}
