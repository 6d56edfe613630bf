// The model of a finished run in the form that the engine loads, and the line that serves it where
// it cannot have that form.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { quoted } from '../core/shellWord'
import { harnessWords } from '../core/training/harness'
import { methodOf } from '../core/training/methods/table'
import type { RunFile } from '../core/training/runFile'
import { builtModel } from '../curation/engine'
import { buildModel, type BuiltModel, type ModelBuildOptions } from '../processes/modelBuild'
import { buildTrainableModel, isTrainableCopy } from '../processes/trainableModel'
import { type Failure, FailureError, failureError, isAbort, toFailure } from '../shared/errors'
import type { TrainingRun } from './trainingRun'

/**
 * Builds the model of a run into the folder of the run, where it is not there yet.
 * @param remedy what to do where it cannot be built.
 * @throws FailureError `busy` for a run under way, `bad-input` for one that did not finish or whose
 *   base has changed, `training-failed` when the build breaks or would lose what was trained,
 *   `cancelled`.
 */
export async function buildRunModel(
  run: TrainingRun,
  options: ModelBuildOptions,
  remedy: string,
): Promise<BuiltModel> {
  mustBeGenerator(run)
  const base = await movedBase(run.file, options)
  const command = ['build-run', '--run-dir', run.folder, ...(base ? ['--base', base] : [])]
  try {
    return await buildModel(builtModel(run.folder), command, options)
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown
    const failure: Failure = { remedy, ...toFailure(thrown), where: run.file.id }
    throw new FailureError(failure, { cause: thrown })
  }
}

/**
 * The run must be finished, and its model must generate responses.
 * @throws FailureError `busy` or `bad-input`, with what to do.
 */
export function mustBeGenerator({ file, state, isLive, isResumable }: TrainingRun): void {
  if (methodOf(file.method).generates === false)
    throw failureError('bad-input', l10n.t('A reward model generates no responses.'), {
      where: file.id,
      remedy: l10n.t('Take a run of another method.'),
    })
  if (state === 'finished') return
  if (isLive)
    throw failureError('busy', l10n.t('The run is still running.'), {
      where: file.id,
      remedy: l10n.t('Wait for its end.'),
    })
  throw failureError('bad-input', l10n.t('The run is not finished: it has no trained model.'), {
    where: file.id,
    remedy: isResumable ? l10n.t('Resume it.') : l10n.t('Start a new run.'),
  })
}

/** The copy of the embedded model on this machine, for a run that another machine trained. */
async function movedBase({ model }: RunFile, options: ModelBuildOptions): Promise<string | null> {
  if (!isTrainableCopy(model) || existsSync(model)) return null
  options.onStage(l10n.t('Preparing the embedded model'))
  return buildTrainableModel(options)
}

const adapterSchema = z.object({ r: z.number() })

/** The ranks that vLLM takes as the largest. */
const VLLM_RANKS = [8, 16, 32, 64, 128, 256, 320, 512]

/** The line that measures the model of a run on public benchmarks, with lm-evaluation-harness. */
export function harnessCommand({ file, output }: TrainingRun): string {
  const model = file.common.lora ? { pretrained: file.model, peft: output } : { pretrained: output }
  return harnessWords(model).map(quoted).join(' ')
}

/** The line that serves the model of a run by its id, with vLLM. */
export async function servingLine({ file: { id, model }, output }: TrainingRun): Promise<string> {
  const rank = await adapterRank(output)
  const words =
    rank === null
      ? [output, '--served-model-name', id]
      : [model, '--enable-lora', ...largestRank(rank), '--lora-modules', `${id}=${output}`]
  return ['vllm', 'serve', ...words].map(quoted).join(' ')
}

function largestRank(rank: number): string[] {
  const taken = VLLM_RANKS.find((one) => one >= rank)
  return taken === undefined ? [] : ['--max-lora-rank', String(taken)]
}

/** null for a model whose weights were all trained. */
async function adapterRank(model: string): Promise<number | null> {
  try {
    const text = await readFile(path.join(model, 'adapter_config.json'), 'utf8')
    return adapterSchema.parse(JSON.parse(text)).r
  } catch {
    return null
  }
}
