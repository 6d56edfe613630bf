// Launches the runner on the folder of a run, for the first time or to resume. One run of a
// curation is under way at a time.
// Invariant I22.
import * as l10n from '@vscode/l10n'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stopProcessGroup } from '../processes/processGroup'
import { launchRun, type Runner } from '../processes/pythonRunner'
import { FailureError, failureError } from '../shared/errors'
import { withBriefLock } from '../store/briefLock'
import { heldFailure } from './holder'
import { liveRun } from './listRuns'
import { recordProcess, runPath } from './runFolder'
import { TrainingRun } from './trainingRun'

/** Name of the lock, in the folder of the runs, that a launch holds. */
const LOCK = '.launch'
const POLL_MS = 1000

/** What a launch does while another run of the curation is under way; by default it fails. */
export interface Queue {
  signal: AbortSignal
  /** Called once, with the run that is waited for. */
  onWait: (run: TrainingRun) => void
}

interface LaunchOptions {
  resume?: boolean
  queue?: Queue | undefined
}

/**
 * Launches the runner when no other run of the curation is under way.
 * @throws FailureError `busy` when one is and there is no queue, `cancelled`; the spawn error when
 *   Python cannot be started.
 */
export async function launch(
  folder: string,
  runner: Runner,
  { resume = false, queue }: LaunchOptions = {},
): Promise<void> {
  const runs = path.dirname(folder)
  for (let waits = 0; ; waits++) {
    const other = await withBriefLock(path.join(runs, LOCK), async () => {
      const live = await liveRun(runs)
      if (!live) await launchAlone(folder, runner, resume)
      return live
    })
    if (!other) return
    if (!queue) throw underWay(other)
    if (waits === 0) queue.onWait(other)
    await delay(POLL_MS, undefined, { signal: queue.signal })
  }
}

/** A runner that cannot be recorded is stopped: nobody would find it. */
async function launchAlone(folder: string, runner: Runner, resume: boolean): Promise<void> {
  const logFile = runPath(folder, 'log')
  const pid = await launchRun({ ...runner, resume, runFolder: folder, logFile })
  try {
    await recordProcess(folder, pid)
  } catch (thrown) {
    await stopProcessGroup(pid)
    throw thrown
  }
}

export const underWay = ({ file: { id } }: TrainingRun): Error =>
  failureError('busy', l10n.t`The training run ${id} of this curation is running.`, {
    remedy: l10n.t('Wait for its end, or pause or stop it first.'),
  })

/**
 * Continues a run that was paused or stopped, or that failed, from its last checkpoint.
 * @throws FailureError `bad-input` for a run that is finished or has no checkpoint, `busy` for one
 *   that is running; as {@link launch}.
 */
export async function resumeRun(
  folder: string,
  runner: Runner,
  queue?: Queue,
): Promise<TrainingRun> {
  const run = await TrainingRun.open(folder)
  const where = run.file.id
  if (run.state === 'finished')
    throw failureError('bad-input', l10n.t('The run is finished.'), {
      where,
      remedy: l10n.t('Start a new run.'),
    })
  if (run.holder) throw new FailureError(heldFailure(where, run.holder))
  if (run.isLive)
    throw failureError('busy', l10n.t('The run is still running.'), {
      where,
      remedy: l10n.t('Wait for its end, or stop it.'),
    })
  if (!run.isResumable)
    throw failureError('bad-input', l10n.t('The run has no checkpoint to resume from.'), {
      where,
      remedy: l10n.t('Start a new run.'),
    })
  for (const marker of ['stopped', 'pause', 'paused'] as const)
    await rm(runPath(folder, marker), { force: true })
  await launch(folder, runner, { resume: true, queue })
  return TrainingRun.open(folder)
}
