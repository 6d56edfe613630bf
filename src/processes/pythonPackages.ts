// Packages that some commands of the runner need beside those of a run. An interpreter that lacks
// them finds them in a folder of their own: its own packages stay unchanged.
// Invariant I17.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { buildOnce } from './builtFolder'
import { type BuildOptions, findUv, runTool, works } from './pythonEnvironment'
import { runnerEnvironment } from './pythonRunner'
import { toolEnd } from './tool'

export interface PackageOptions extends BuildOptions {
  python: string
}

export const hasModules = (python: string, modules: readonly string[]): Promise<boolean> =>
  works([
    python,
    '-c',
    `import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in ${JSON.stringify(modules)}))`,
  ])

/** Installs what a lock file of the training folder names. */
export async function installPackages(
  lockName: string,
  folder: string,
  options: PackageOptions,
): Promise<void> {
  const lockFile = path.join(options.trainingFolder, lockName)
  const install = ['pip', 'install', '--no-deps', '--require-hashes', '--python', options.python]
  const command = [...(await findUv(options)), ...install, '--target', folder, '-r', lockFile]
  await runTool(command, options)
}

const ONNX_LOCK = 'requirements-onnx.lock'
const ONNX_MODULES = ['onnx', 'onnx_ir', 'onnxruntime', 'onnxruntime_genai', 'onnxscript']
/** Size of the download where the interpreter lacks them. */
export const ONNX_SIZE = '50 MB'

/**
 * The folder of the packages that a model is built with, installed when it does not exist; null
 * where the interpreter has them.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled`.
 */
export async function onnxPackages(options: PackageOptions): Promise<string | null> {
  const { cache, python, signal } = options
  if (await hasModules(python, ONNX_MODULES)) return null
  const folder = path.join(cache, `onnx-${await packagesKey(options)}`)
  return buildOnce(folder, signal, async (work) => {
    const packages = path.join(work, 'packages')
    await installPackages(ONNX_LOCK, packages, options)
    return packages
  })
}

/** The environment of the runner, which also finds the packages in a folder. */
export function environmentWith(
  packages: string | null,
  options: PackageOptions,
): NodeJS.ProcessEnv {
  const environment = runnerEnvironment(options)
  const paths = [environment['PYTHONPATH'], packages].filter((one) => typeof one === 'string')
  return { ...environment, PYTHONPATH: paths.join(path.delimiter) }
}

/** The packages hold binaries: they fit one version of Python. */
async function packagesKey({ python, trainingFolder, signal }: PackageOptions): Promise<string> {
  const print = 'import sys; print(sys.implementation.cache_tag)'
  const { lastLine } = await toolEnd([python, '-c', print], { signal, onLine: () => undefined })
  const lock = await readFile(path.join(trainingFolder, ONNX_LOCK))
  return createHash('sha256').update(lock).update(lastLine).digest('hex').slice(0, 16)
}
