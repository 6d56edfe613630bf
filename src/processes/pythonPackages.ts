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

/** Packages that go together: their lock file, and the modules that tell whether they are there. */
const SETS = {
  onnx: {
    lock: 'requirements-onnx.lock',
    modules: ['onnx', 'onnx_ir', 'onnxruntime', 'onnxruntime_genai', 'onnxscript'],
  },
  gguf: { lock: 'requirements-gguf.lock', modules: ['gguf'] },
} as const satisfies Record<string, { lock: string; modules: readonly string[] }>
export type PackageSet = keyof typeof SETS

/** Size of the download of `onnx` where the interpreter lacks them. */
export const ONNX_SIZE = '50 MB'

/**
 * The folders of packages that a command needs, installed where they do not exist; none for those
 * that the interpreter has.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled`.
 */
export async function packageFolders(
  sets: readonly PackageSet[],
  options: PackageOptions,
): Promise<string[]> {
  const folders: string[] = []
  for (const set of sets)
    if (!(await hasModules(options.python, SETS[set].modules)))
      folders.push(await installedSet(set, options))
  return folders
}

async function installedSet(set: PackageSet, options: PackageOptions): Promise<string> {
  const { lock } = SETS[set]
  const folder = path.join(options.cache, `${set}-${await packagesKey(lock, options)}`)
  return buildOnce(folder, options.signal, async (work) => {
    const packages = path.join(work, 'packages')
    await installPackages(lock, packages, options)
    return packages
  })
}

/** The environment of the runner, which also finds the packages in some folders. */
export function environmentWith(
  packages: readonly string[],
  options: PackageOptions,
): NodeJS.ProcessEnv {
  const environment = runnerEnvironment(options)
  const paths = [environment['PYTHONPATH'], ...packages].filter((one) => typeof one === 'string')
  return { ...environment, PYTHONPATH: paths.join(path.delimiter) }
}

/** The packages hold binaries: they fit one version of Python. */
async function packagesKey(
  lockName: string,
  { python, trainingFolder, signal }: PackageOptions,
): Promise<string> {
  const print = 'import sys; print(sys.implementation.cache_tag)'
  const { lastLine } = await toolEnd([python, '-c', print], { signal, onLine: () => undefined })
  const lock = await readFile(path.join(trainingFolder, lockName))
  return createHash('sha256').update(lock).update(lastLine).digest('hex').slice(0, 16)
}
