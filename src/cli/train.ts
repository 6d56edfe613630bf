// The call `train`: starts a run or resumes one, shows its log as it grows, waits for its end.
import path from 'node:path'
import type { Curation } from '../curation/curation'
import { resumeRun } from '../training/launch'
import { trainingRows } from '../training/rows'
import type { TrainingRun } from '../training/trainingRun'
import { UsageError } from './arguments'
import type { Environment } from './environment'
import { followToEnd } from './followRun'
import type { Output } from './output'
import { prepare, runnerOf, trainingRequest, type TrainingValues } from './trainingRequest'

export type TrainValues = TrainingValues & { resume?: string }

export async function train(
  curation: Curation,
  values: TrainValues,
  environment: Environment,
  output: Output,
): Promise<void> {
  const run =
    values.resume === undefined
      ? await start(curation, values, environment, output)
      : await resume(curation, values.resume, values, environment, output)
  await followToEnd(run, environment.signal, 'stop', output)
}

async function start(
  curation: Curation,
  values: TrainValues,
  environment: Environment,
  output: Output,
): Promise<TrainingRun> {
  const request = trainingRequest(values, trainingRows(curation).length)
  const { python } = values
  const prepared = await prepare(curation, request, { python }, environment, output)
  output.message(`${prepared.plan}.`)
  return prepared.launch()
}

async function resume(
  curation: Curation,
  id: string,
  { method, model, set, python }: TrainValues,
  environment: Environment,
  output: Output,
): Promise<TrainingRun> {
  if (method !== undefined || model !== undefined || set !== undefined)
    throw new UsageError(
      '--resume continues a run as it began: it takes no --method, --model or --set.',
    )
  if (path.basename(id) !== id) throw new UsageError('--resume takes the name of a folder in runs.')
  const runner = await runnerOf(python, environment, output)
  return resumeRun(path.join(curation.paths.runs, id), runner)
}
