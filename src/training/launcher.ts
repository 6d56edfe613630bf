// Launches the Python runner in a process group of its own, its output going to the run's log file:
// the run outlives a window reload, and a stop reaches every child.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface LaunchOptions {
  python: string
  /** Folder `training/` of the extension. */
  trainingFolder: string
  runFolder: string
  logFile: string
}

export interface LaunchedRun {
  pid: number
  /** Exit code, or the signal's name. */
  ended: Promise<number | NodeJS.Signals>
}

/** How long a run may take to end by itself after it was asked to. */
const GRACE_MS = 5_000

/** The argument vector of the runner; pure, so that tests can pin it. */
export const runnerArguments = (runFolder: string): string[] => ['-m', 'aepo_training', 'train', '--run-dir', runFolder]

/** What the runner needs of its environment: its sources, no telemetry, and large buffers kept between steps (see docs/training.md). */
export function runnerEnvironment(base: NodeJS.ProcessEnv, trainingFolder: string): NodeJS.ProcessEnv {
  return {
    ...base,
    PYTHONPATH: path.join(trainingFolder, 'src'),
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    MALLOC_MMAP_THRESHOLD_: '8589934592',
    MALLOC_TRIM_THRESHOLD_: '17179869184',
    MALLOC_TOP_PAD_: '1073741824',
  }
}

/** @throws the spawn error (ENOENT …) when the interpreter cannot be started. */
export async function launchRun({ python, trainingFolder, runFolder, logFile }: LaunchOptions): Promise<LaunchedRun> {
  const log = await open(logFile, 'a')
  try {
    const child = spawn(python, runnerArguments(runFolder), {
      cwd: runFolder,
      env: runnerEnvironment(process.env, trainingFolder),
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    })
    const ended = new Promise<number | NodeJS.Signals>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'SIGKILL')))
    await once(child, 'spawn')
    return { pid: child.pid as number, ended }
  } finally {
    await log.close()
  }
}

/** Ends the whole process group of `pid`: asks first, then kills. Resolves when nothing of it is left. */
export async function stopProcessGroup(pid: number, graceMs = GRACE_MS): Promise<void> {
  if (process.platform === 'win32') {
    await new Promise<void>((resolve) => execFile('taskkill', ['/pid', String(pid), '/t', '/f'], () => resolve()))
    return
  }
  signalGroup(pid, 'SIGTERM')
  if (await groupEnded(pid, graceMs)) return
  signalGroup(pid, 'SIGKILL')
  await groupEnded(pid, GRACE_MS)
}

/** Whether `pid` is still the runner of this run folder, and not a later process with its number. */
export async function isRunnerAlive(pid: number, runFolder: string): Promise<boolean> {
  if (!signalGroup(pid, 0)) return false
  if (process.platform === 'win32') return true
  const command = await new Promise<string>((resolve) => execFile('ps', ['-o', 'args=', '-p', String(pid)], (_error, stdout) => resolve(stdout)))
  return command.includes(runFolder)
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
    return true
  } catch {
    return false
  }
}

async function groupEnded(pid: number, milliseconds: number): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited += 50) {
    if (!signalGroup(pid, 0)) return true
    await delay(50)
  }
  return !signalGroup(pid, 0)
}
