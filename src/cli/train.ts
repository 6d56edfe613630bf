// The call `train`: starts a run, shows its log as it grows, waits for its end.
import { createReadStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Curation } from '../curation/curation'
import { type RunRequest, TrainingRun } from '../curation/run'
import { FailureError, fail } from '../shared/errors'
import { buildTrainableModel, isEmbeddedModel } from '../training/embeddedModel'
import { buildPython } from '../training/python'
import type { Environment } from './environment'
import type { Output } from './output'

const POLL_MS = 250

export async function train(curation: Curation, request: RunRequest & { python: string | undefined }, environment: Environment, output: Output): Promise<void> {
  const { trainingFolder, cache, signal } = environment
  const options = { trainingFolder, cache, signal, onLine: (line: string) => output.message(line) }
  const isEmbedded = isEmbeddedModel(request.model)
  const python = request.python ?? process.env['AEPO_PYTHON'] ?? (await buildPython(options))
  const model = isEmbedded ? await buildTrainableModel({ ...options, python }) : request.model
  const run = await TrainingRun.start(curation, { ...request, model }, { python, trainingFolder }, new Date())
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
  if (run.state === 'stopped') throw fail('cancelled', 'The run was stopped.')
  if (run.failure) throw new FailureError(run.failure)
  output.result({ run: run.file.id, folder: run.folder, model: run.output, steps: run.view().step }, `Run ${run.file.id} finished; the model is in ${run.output}.`)
}
