// The Python environment of the runner: found, or built once by uv into a cache folder named by the lock file's hash.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { lock } from 'proper-lockfile'
import { fail } from '../shared/errors'

const UV_VERSION = '0.13.9'
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

/** The interpreter of the built environment, or null when it has not been built for this lock file. */
export async function builtPython(options: EnvironmentOptions): Promise<string | null> {
  const folder = await environmentFolder(options)
  return existsSync(readyMarker(folder)) ? interpreter(folder) : null
}

/**
 * Builds the environment and returns its interpreter. A second process waits for the first; an interrupted build starts anew.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on abort.
 */
export async function buildPython(options: BuildOptions): Promise<string> {
  const folder = await environmentFolder(options)
  await mkdir(options.cache, { recursive: true })
  const release = await lock(folder, { realpath: false, stale: 30_000, retries: { forever: true, minTimeout: 500, maxTimeout: 5_000 } })
  try {
    if (existsSync(readyMarker(folder))) return interpreter(folder)
    await rm(folder, { recursive: true, force: true })
    const uv = await findUv(options)
    await runTool([...uv, 'venv', '--python', '>=3.11', folder], options)
    const lockFile = path.join(options.trainingFolder, 'requirements.lock')
    await runTool([...uv, 'pip', 'sync', '--require-hashes', '--python', interpreter(folder), lockFile], options)
    await writeFile(readyMarker(folder), '')
    return interpreter(folder)
  } finally {
    await release()
  }
}

async function environmentFolder({ trainingFolder, cache }: EnvironmentOptions): Promise<string> {
  const hash = createHash('sha256').update(await readFile(path.join(trainingFolder, 'requirements.lock'))).digest('hex')
  return path.join(cache, `python-${hash.slice(0, 16)}`)
}

const readyMarker = (folder: string): string => path.join(folder, '.ready')
const interpreter = (folder: string): string => (windows ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python'))

async function findUv(options: BuildOptions): Promise<string[]> {
  if (await works(['uv', '--version'])) return ['uv']
  const base = windows ? 'python' : 'python3'
  if (!(await works([base, '--version']))) {
    throw fail('not-found', 'Neither uv nor Python was found.', { remedy: 'Install uv or Python 3.11 or later, or name an interpreter with TRL in the setting aepo.training.python.' })
  }
  const folder = path.join(options.cache, `uv-${UV_VERSION}`)
  const python = interpreter(folder)
  if (!(await works([python, '-m', 'uv', '--version']))) {
    await runTool([base, '-m', 'venv', folder], options)
    await runTool([python, '-m', 'pip', 'install', '--quiet', `uv==${UV_VERSION}`], options)
  }
  return [python, '-m', 'uv']
}

function works([command = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

function runTool([command = '', ...args]: string[], { signal, onLine }: BuildOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal })
    let lastLine = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split(/[\r\n]+/).filter((part) => part.trim() !== '')) {
          lastLine = line.trim()
          onLine(lastLine)
        }
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(fail('training-failed', `Building the training environment failed: ${lastLine || `${command} ended with ${String(code)}`}.`, { remedy: 'See the log; a package registry must be reachable. Start the run again to retry.' }))
    })
  })
}
