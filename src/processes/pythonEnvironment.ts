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

const UV_VERSION = '0.13.9'
const windows = process.platform === 'win32'

/** Disk space of the environment; Linux wheels of torch contain the CUDA libraries. */
export const ENVIRONMENT_SIZE = process.platform === 'linux' ? '5.6 GB' : '1.5 GB'

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
export async function builtPython(options: EnvironmentOptions): Promise<string | null> {
  const folder = await environmentFolder(options)
  return existsSync(readyMarker(folder)) ? interpreter(folder) : null
}

/**
 * Builds the environment and returns its interpreter. A second process waits for the first. An
 * unfinished build is removed, by the next build if this process was killed.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on
 *   abort; file-system errors such as `disk-full`.
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
    await rm(folder, { recursive: true, force: true }) // gigabytes that nobody would find otherwise
    throw thrown
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
