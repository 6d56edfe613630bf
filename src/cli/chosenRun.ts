// The training run that a command means.
import * as l10n from '@vscode/l10n'
import type { Curation } from '../curation/curation'
import { failureError } from '../shared/errors'
import { findRun, listRuns } from '../training/listRuns'
import type { TrainingRun } from '../training/trainingRun'
import { UsageError } from './usageError'

export const RUN_OPTION = {
  run: {
    type: 'text',
    value: 'RUN',
    does: l10n.t('the name of its folder in runs; by default the only run that is running'),
  },
} as const

/**
 * @throws FailureError `not-found` when there is no such run, UsageError when several are running
 *   and none was named.
 */
export async function chosenRun({ paths }: Curation, id: string | undefined): Promise<TrainingRun> {
  if (id !== undefined) return findRun(paths.runs, id)
  const live = (await listRuns(paths.runs)).runs.filter(({ isLive }) => isLive)
  const [run, ...others] = live
  if (!run)
    throw failureError('not-found', l10n.t('No training run is running.'), {
      where: paths.runs,
      remedy: l10n.t('Name one with --run.'),
    })
  const ids = live.map(({ file }) => file.id).join(', ')
  if (others.length > 0)
    throw new UsageError(l10n.t`Several runs are running; name one with --run: ${ids}.`)
  return run
}

/** @throws as {@link chosenRun}; FailureError `bad-input` for a run that is not running. */
export async function chosenLiveRun(
  curation: Curation,
  id: string | undefined,
): Promise<TrainingRun> {
  const run = await chosenRun(curation, id)
  if (run.isLive) return run
  throw failureError('bad-input', l10n.t`The run is not running: it is ${run.state}.`, {
    where: run.file.id,
    remedy: l10n.t('“aepo runs FILE” shows which runs are running.'),
  })
}

/**
 * The run with this name, or the last one.
 * @throws FailureError `not-found` when there is none.
 */
export async function shownRun({ paths }: Curation, id: string | undefined): Promise<TrainingRun> {
  if (id !== undefined) return findRun(paths.runs, id)
  const last = (await listRuns(paths.runs)).runs.at(-1)
  if (last) return last
  throw failureError('not-found', l10n.t('There is no training run yet.'), {
    where: paths.runs,
    remedy: l10n.t('Start a training run first.'),
  })
}
