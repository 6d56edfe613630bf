// The Python environment of the runner: found, or built once by uv into a cache folder named by the
// lock file's hash.
import * as l10n from '@vscode/l10n'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { lock } from 'proper-lockfile'
import { failureError } from '../shared/errors'
import { stopProcessGroup } from './processGroup'

const UV_VERSION = '0.13.9'
/** A builder without a sign of life for so long was killed. */
const STALE_LOCK_MS = 30_000
const LOCK_POLL_MS = 500
const windows = process.platform === 'win32'

/** What building the environment takes; Linux wheels of torch bring the CUDA libraries. */
export const ENVIRONMENT_SIZE = process.platform === 'linux' ? '5.6 GB' : '1.5 GB'

export interface EnvironmentOptions {
  /** Folder `training/` of the extension. */
  trainingFolder: string
  /** Where environments are kept. */
  cache: string
}

export interface BuildOptions extends EnvironmentOptions {
  signal: AbortSignal
  onLine: (line: string) => void
}

/**
 * The interpreter of the built environment, or null when it has not been built for this lock file.
 */
export async function builtPython(options: EnvironmentOptions): Promise<string | null> {
  const folder = await environmentFolder(options)
  return existsSync(readyMarker(folder)) ? interpreter(folder) : null
}

/**
 * Builds the environment and returns its interpreter. A second process waits for the first. What
 * was begun and not finished is removed, by the next build where this process was killed.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on
 *   abort, `disk-full` and the like.
 */
export async function buildPython(options: BuildOptions): Promise<string> {
  const folder = await environmentFolder(options)
  await mkdir(options.cache, { recursive: true })
  const release = await lockWhenFree(folder, options.signal)
  try {
    if (!existsSync(readyMarker(folder))) await buildIn(folder, options)
    return interpreter(folder)
  } finally {
    await release()
  }
}

async function buildIn(folder: string, options: BuildOptions): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  try {
    const uv = await findUv(options)
    await runTool([...uv, 'venv', '--python', '>=3.11', folder], options)
    const lockFile = path.join(options.trainingFolder, 'requirements.lock')
    await runTool(
      [...uv, 'pip', 'sync', '--require-hashes', '--python', interpreter(folder), lockFile],
      options,
    )
    await writeFile(readyMarker(folder), '')
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true }) // gigabytes that nobody would find
    throw thrown
  }
}

/** One process at a time works on a folder; the others wait. */
export async function lockWhenFree(
  folder: string,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await lock(folder, { realpath: false, stale: STALE_LOCK_MS })
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ELOCKED') throw thrown
    }
    await delay(LOCK_POLL_MS, undefined, { signal })
  }
}

async function environmentFolder({ trainingFolder, cache }: EnvironmentOptions): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(path.join(trainingFolder, 'requirements.lock')))
    .digest('hex')
  return path.join(cache, `python-${hash.slice(0, 16)}`)
}

const readyMarker = (folder: string): string => path.join(folder, '.ready')
const interpreter = (folder: string): string =>
  windows ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python')

/** The words that run uv: that of the PATH, or one installed into the cache. */
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

/** Settles when the tool and what it started are gone, also on abort. */
export function runTool(
  [command = '', ...args]: string[],
  { signal, onLine }: Pick<BuildOptions, 'signal' | 'onLine'>,
  env = process.env,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      windowsHide: true,
    })
    // Elsewhere a tool that is asked to end ends what it started.
    const end = (): void =>
      void (windows && child.pid !== undefined ? stopProcessGroup(child.pid) : child.kill())
    signal.addEventListener('abort', end, { once: true })
    let lastLine = ''
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() === '') return
        lastLine = line.trim()
        onLine(lastLine)
      })
    }
    const settled = (): void => signal.removeEventListener('abort', end)
    child.once('error', (error) => {
      settled()
      reject(error)
    })
    child.once('close', (code) => {
      settled()
      if (signal.aborted) reject(failureError('cancelled', l10n.t('Cancelled.')))
      else if (code === 0) resolve()
      else
        reject(
          failureError(
            'training-failed',
            lastLine
              ? l10n.t`Building the training environment failed: ${lastLine}.`
              : l10n.t`Building the training environment failed: ${command} ended with exit code ${String(code)}.`,
            {
              remedy: l10n.t(
                'See the log; a package registry must be reachable. Start the run again to retry.',
              ),
            },
          ),
        )
    })
  })
}
