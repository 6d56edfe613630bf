// What the commands that build models share: the interpreter, the progress, the result.
import * as l10n from '@vscode/l10n'
import type { BuiltModel, ModelBuildOptions } from '../processes/modelBuild'
import { buildRunModel, mustBeGenerator, servingLine } from '../training/builtModels'
import type { TrainingRun } from '../training/trainingRun'
import type { Context } from './command'
import { buildOptions, runnerOf, TRAINING_OPTIONS } from './trainingRequest'

export const PYTHON_OPTION = { python: TRAINING_OPTIONS.python }

/** @param python the interpreter as given; by default that of an environment built for it. */
export async function modelBuildOptions(
  python: string | undefined,
  context: Context,
): Promise<ModelBuildOptions> {
  const runner = await runnerOf(python, context)
  const { output } = context
  return {
    ...buildOptions(context),
    python: runner.python,
    onStage: (sentence) => output.message(`${sentence}…`),
  }
}

/** Builds the model of a run; where that fails the message has the line that serves it. */
export async function buildForRun(
  run: TrainingRun,
  python: string | undefined,
  context: Context,
): Promise<BuiltModel> {
  mustBeGenerator(run)
  const remedy = l10n.t`It can be served instead: ${await servingLine(run)}`
  return buildRunModel(run, await modelBuildOptions(python, context), remedy)
}

export function builtSentence({ folder, precision, divergence, moved }: BuiltModel): string {
  if (divergence === null || moved === null)
    return l10n.t`The model is in ${folder} (${precision}).`
  const nats = (value: number): string => value.toPrecision(2)
  return l10n.t`The model is in ${folder} (${precision}): ${nats(divergence)} nats from the trained one, which is ${nats(moved)} from its base.`
}
