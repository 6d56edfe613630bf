// The call `train`: starts a run or goes on with one, shows its log as it grows, waits for its end.
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Curation } from '../curation/curation'
import { type RunRequest, TrainingRun } from '../training/run'
import { FailureError, failureError } from '../shared/errors'
import { buildTrainableModel, isEmbeddedModel } from '../processes/trainableModel'
import { givenInterpreter, givenModel } from '../processes/givenPaths'
import type { Runner } from '../processes/pythonRunner'
import { buildPython } from '../processes/pythonEnvironment'
import type { Environment } from './environment'
import type { Output } from './output'

const POLL_MS = 250

/** A new run, or the id of one to go on with. */
export type TrainRequest = (RunRequest | { resume: string }) & { python: string | undefined }

export async function train(
  curation: Curation,
  request: TrainRequest,
  environment: Environment,
  output: Output,
): Promise<void> {
  const run = await begin(curation, request, environment, output)
  const { signal } = environment
  let offset = 0
  for (;;) {
    await run.refresh()
    for await (const chunk of createReadStream(run.logFile, { start: offset })) {
      offset += (chunk as Buffer).length
      process.stderr.write(chunk as Buffer)
    }
    if (run.state !== 'starting' && run.state !== 'running') break
    if (signal.aborted) await run.stop()
    else await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
  }
  if (run.state === 'stopped')
    throw failureError('cancelled', 'The run was stopped.', {
      remedy: `--resume ${run.file.id} goes on from its last checkpoint.`,
    })
  if (run.failure) throw new FailureError(run.failure)
  output.result(
    { run: run.file.id, folder: run.folder, model: run.output, steps: run.view().step },
    `Run ${run.file.id} finished; the model is in ${run.output}.`,
  )
}

async function begin(
  curation: Curation,
  request: TrainRequest,
  { trainingFolder, cache, signal }: Environment,
  output: Output,
): Promise<TrainingRun> {
  const options = { trainingFolder, cache, signal, onLine: (line: string) => output.message(line) }
  const isEmbedded = 'model' in request && isEmbeddedModel(request.model)
  const given = request.python ?? process.env['AEPO_PYTHON']
  const python = given ? givenInterpreter(given, process.cwd()) : await buildPython(options)
  const runner: Runner = { python, trainingFolder }
  if ('resume' in request)
    return TrainingRun.resume(path.join(curation.paths.runs, request.resume), runner)
  const model = isEmbedded
    ? await buildTrainableModel({ ...options, python })
    : givenModel(request.model, process.cwd())
  return TrainingRun.start(curation, { ...request, model }, runner, new Date())
}
