// Process groups that may outlive the process that started them: whether one is alive, and how to
// end it.
// Invariant I18.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { processExists } from '../async/processExists'

/** Time that processes have to end by themselves after SIGTERM. */
const GRACE_MS = 5_000
/** The first start of PowerShell takes seconds. */
const WINDOWS_LIMIT_MS = 30_000
const windows = process.platform === 'win32'

/** Command lines by process id. Windows needs a program to read one, so each is read once. */
const known = new Map<number, string>()

/**
 * Whether the process group of `pid` is alive and the command line of its leader contains all the
 * words. Where command lines cannot be read, the words are not checked.
 */
export const isAlive = (pid: number, words: readonly string[]): Promise<boolean> =>
  isCalled(pid, words, signalGroup(pid, 0))

/** As {@link isAlive}, of one process, whichever group it belongs to. */
export const isProcessAlive = (pid: number, words: readonly string[]): Promise<boolean> =>
  isCalled(pid, words, processExists(pid))

async function isCalled(pid: number, words: readonly string[], isThere: boolean): Promise<boolean> {
  if (!isThere) {
    known.delete(pid)
    return false
  }
  const command = known.get(pid) ?? (await commandLine(pid))
  if (command === null) return true
  if (windows) known.set(pid, command)
  const present = new Set(command.split(/[\0\s"\\/]+/))
  return words.every((word) => present.has(word))
}

/** Ends the process group of `pid`: SIGTERM first, then SIGKILL. Resolves when it is gone. */
export async function stopProcessGroup(pid: number, graceMs = GRACE_MS): Promise<void> {
  if (windows) {
    await output('taskkill', ['/pid', String(pid), '/t', '/f'])
    return
  }
  signalGroup(pid, 'SIGTERM')
  if (await groupEnded(pid, graceMs)) return
  signalGroup(pid, 'SIGKILL')
  await groupEnded(pid, GRACE_MS)
}

/** Empty when there is no such process, null when that cannot be determined. */
async function commandLine(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return command === '' && (await runsProgram(pid)) ? null : command
  }
  if (windows)
    return output('powershell.exe', [
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`,
    ])
  return output('ps', ['-ww', '-o', 'args=', '-p', String(pid)])
}

/** Its place in /proc/PID/stat behind the name. */
const VIRTUAL_MEMORY = 21

/**
 * Whether a process without a command line runs a program: one that executes another has none for a
 * moment. A zombie has no memory, nor has a thread of the kernel, which may get the number of a
 * process that ended.
 */
async function runsProgram(pid: number): Promise<boolean> {
  const facts = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const behindName = facts.slice(facts.lastIndexOf(')')) // the name may hold anything
  return Number(behindName.split(' ')[VIRTUAL_MEMORY] ?? 0) > 0
}

/** The stdout of a program, however it ends; null when it cannot be started or takes too long. */
function output(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, args, { windowsHide: true, timeout: WINDOWS_LIMIT_MS }, (error, stdout) =>
      resolve(error && typeof error.code !== 'number' ? null : stdout),
    )
  })
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(windows ? pid : -pid, signal)
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
