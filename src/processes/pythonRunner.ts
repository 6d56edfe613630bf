// Launches the Python runner in a process group of its own, with its output in the run's log file:
// the run survives a window reload, and a stop reaches every child. Short commands of the runner
// belong to their caller instead.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { withSystemCertificates } from './network'
import { isAlive, isProcessAlive } from './processGroup'

const MODULE = 'aepo_training'
/** Folder of compiled sources in the cache. */
const BYTECODE = 'bytecode'

export interface Runner {
  python: string
  /** Folder `training/` of the extension. */
  trainingFolder: string
  /** Folder of caches. */
  cache: string
  /** Added to this process's environment: proxies. */
  env?: NodeJS.ProcessEnv
  /** Address of the model hub or a mirror; the default is that of the environment. */
  hub?: string
}

export interface LaunchOptions extends Runner {
  runFolder: string
  logFile: string
  /** Continue from the last checkpoint. */
  resume?: boolean
}

const runnerArguments = (runFolder: string, resume = false): string[] => [
  '-m',
  MODULE,
  'train',
  '--run-dir',
  runFolder,
  ...(resume ? ['--resume'] : []),
]

/**
 * The environment of the runner: its sources, certificates, the hub, no telemetry, and large
 * buffers kept between steps (docs/training.md). Compiled sources are kept in the cache: compiling
 * the libraries anew takes most of a start, and their own folders may be read-only.
 */
export function runnerEnvironment({
  trainingFolder,
  cache,
  env,
  hub,
}: Omit<Runner, 'python'>): NodeJS.ProcessEnv {
  const base = { ...process.env, ...env }
  return {
    ...withSystemCertificates(base),
    ...(hub === undefined ? {} : { HF_ENDPOINT: hub }),
    PYTHONPATH: path.join(trainingFolder, 'src'),
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '', // Python takes an empty variable as not set
    PYTHONPYCACHEPREFIX: base['PYTHONPYCACHEPREFIX'] || path.join(cache, BYTECODE),
    HF_HUB_DISABLE_TELEMETRY: '1',
    MALLOC_MMAP_THRESHOLD_: '8589934592',
    MALLOC_TRIM_THRESHOLD_: '17179869184',
    MALLOC_TOP_PAD_: '1073741824',
  }
}

/**
 * The runner's process id.
 * @throws the spawn error (ENOENT …) when the interpreter cannot be started.
 */
export async function launchRun({
  runFolder,
  logFile,
  resume,
  ...runner
}: LaunchOptions): Promise<number> {
  const log = await open(logFile, 'a')
  try {
    const child = spawn(runner.python, runnerArguments(runFolder, resume), {
      cwd: runFolder,
      env: runnerEnvironment(runner),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      windowsHide: true,
    })
    await once(child, 'spawn')
    child.unref() // the run may outlive this process
    return child.pid as number
  } finally {
    await log.close()
  }
}

export interface RunnerOutput {
  /** null when a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs a command of the runner to its end and returns what it printed.
 * @throws FailureError `cancelled` on abort; the spawn error when Python cannot be started.
 */
export async function runnerOutput(
  runner: Runner,
  cwd: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<RunnerOutput> {
  signal.throwIfAborted()
  const child = spawn(runner.python, ['-m', MODULE, ...args], {
    cwd,
    env: runnerEnvironment(runner),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const kill = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  try {
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ])
    signal.throwIfAborted()
    return { code, stdout, stderr }
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

/**
 * Whether `pid` is still the runner of this run folder, whichever path leads to the folder, and not
 * another process that got the same id later.
 */
export const isRunnerAlive = (pid: number, runFolder: string): Promise<boolean> =>
  isAlive(pid, wordsOf(runFolder))

/** As {@link isRunnerAlive}, of a process that may belong to the group of another, as in a job. */
export const isRunner = (pid: number, runFolder: string): Promise<boolean> =>
  isProcessAlive(pid, wordsOf(runFolder))

const wordsOf = (runFolder: string): string[] => [MODULE, path.basename(runFolder)]
