// `aepo pause`: pauses a training run, whoever started it.
import * as l10n from '@vscode/l10n'
import { setTimeout as delay } from 'node:timers/promises'
import { afterStop } from '../../core/training/state'
import { describeFailure } from '../../shared/errors'
import type { TrainingRun } from '../../training/trainingRun'
import { chosenLiveRun, RUN_OPTION } from '../chosenRun'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'

const POLL_MS = 250

export const pause = cliCommand({
  does: l10n.t('pauses a training run: it saves a checkpoint at the end of its step, and ends'),
  usage: ['FILE [--run RUN]'],
  options: RUN_OPTION,
  async run({ file, values }, { environment, output }) {
    const run = await chosenLiveRun(await openNamedCuration(file, output), values.run)
    const { id } = run.file
    await run.pause()
    output.message(l10n.t`Run ${id} pauses at the end of its step.`)
    await untilEnded(run, environment.signal)
    const { state, isResumable: resumable } = run
    output.result({ run: id, state, resumable }, outcome(run))
  },
})

async function untilEnded(run: TrainingRun, signal: AbortSignal): Promise<void> {
  while (run.isLive) {
    await delay(POLL_MS, undefined, { signal })
    await run.refresh()
  }
}

/** It may have ended otherwise meanwhile. */
function outcome({ state, failure, file: { id }, isResumable }: TrainingRun): string {
  if (state === 'finished') return l10n.t`Run ${id} finished before it could pause.`
  if (failure) return describeFailure(failure)
  return l10n.t`Run ${id} was paused. ${afterStop(id, isResumable)}`
}
