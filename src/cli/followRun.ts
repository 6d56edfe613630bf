// Shows the log of a run as it grows, until the run ends.
import * as l10n from '@vscode/l10n'
import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterStop } from '../core/training/state'
import { runPath } from '../training/runFolder'
import { RunLog } from '../training/runLog'
import type { TrainingRun } from '../training/trainingRun'
import { FailureError, failureError } from '../shared/errors'
import type { Output } from './output'

const POLL_MS = 250

/** Bytes of the log in the folder of a run; 0 where there is none. */
export const logLength = (folder: string): Promise<number> =>
  stat(runPath(folder, 'log')).then(
    ({ size }) => size,
    () => 0,
  )

/**
 * @param onAbort what Ctrl+C does to the run.
 * @param offset bytes of the log that are passed over.
 * @throws FailureError `cancelled` when the run was stopped, `not-found` when its folder was moved,
 *   and why a run failed.
 */
export async function followToEnd(
  run: TrainingRun,
  signal: AbortSignal,
  onAbort: 'stop' | 'leave',
  output: Output,
  offset = 0,
): Promise<void> {
  const log = new RunLog(run, offset)
  for (;;) {
    await run.refresh()
    for await (const text of log.newText()) process.stderr.write(text)
    if (!run.isLive) break
    if (!signal.aborted) await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
    else if (onAbort === 'stop') await run.stop()
    else {
      output.message(l10n.t('The run continues.'))
      return
    }
  }
  report(run, output)
}

function report(run: TrainingRun, output: Output): void {
  const { file, folder, history, failure } = run
  if (run.state === 'paused')
    throw failureError('cancelled', l10n.t('The run was paused.'), {
      remedy: afterStop(file.id, run.isResumable),
    })
  if (run.state === 'stopped')
    throw failureError('cancelled', l10n.t('The run was stopped.'), {
      remedy: afterStop(file.id, run.isResumable),
    })
  if (failure) throw new FailureError(failure)
  const { warning, step } = history
  const { id } = file
  const model = run.output
  output.result(
    { run: id, folder, model, steps: step, warning },
    warning === null
      ? l10n.t`Run ${id} finished; the model is in ${model}.`
      : l10n.t`Run ${id} finished with a warning: ${warning} The model is in ${model}.`,
  )
}
