// Shows the log of a run as it grows, until the run ends.
import { createReadStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterStop } from '../core/training/state'
import type { TrainingRun } from '../training/trainingRun'
import { FailureError, failureError } from '../shared/errors'
import type { Output } from './output'

const POLL_MS = 250

/**
 * @param onAbort what Ctrl+C does to the run.
 * @throws FailureError `cancelled` when the run was stopped, `not-found` when its folder was moved,
 *   and why a run failed.
 */
export async function followToEnd(
  run: TrainingRun,
  signal: AbortSignal,
  onAbort: 'stop' | 'leave',
  output: Output,
): Promise<void> {
  let offset = 0
  for (;;) {
    await run.refresh()
    for await (const chunk of createReadStream(run.logFile, { start: offset })) {
      offset += (chunk as Buffer).length
      process.stderr.write(chunk as Buffer)
    }
    if (!run.isLive) break
    if (!signal.aborted) await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
    else if (onAbort === 'stop') await run.stop()
    else {
      output.message('The run continues.')
      return
    }
  }
  report(run, output)
}

function report(run: TrainingRun, output: Output): void {
  const { file, folder, history, failure } = run
  if (run.state === 'stopped')
    throw failureError('cancelled', 'The run was stopped.', {
      remedy: afterStop(file.id, run.isResumable),
    })
  if (failure) throw new FailureError(failure)
  const { warning } = history
  output.result(
    { run: file.id, folder, model: run.output, steps: history.step, warning },
    warning === null
      ? `Run ${file.id} finished; the model is in ${run.output}.`
      : `Run ${file.id} finished with a warning: ${warning} The model is in ${run.output}.`,
  )
}
