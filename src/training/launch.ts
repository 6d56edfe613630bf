// Launches the runner on the folder of a run, for the first time or to resume.
import { rm } from 'node:fs/promises'
import { stopProcessGroup } from '../processes/processGroup'
import { launchRun, type Runner } from '../processes/pythonRunner'
import { failureError } from '../shared/errors'
import { recordProcess, runPath } from './runFolder'
import { TrainingRun } from './trainingRun'

/** A runner that cannot be recorded is stopped: nobody would find it. */
export async function launch(
  folder: string,
  runner: Runner,
  options: { resume?: boolean } = {},
): Promise<void> {
  const logFile = runPath(folder, 'log')
  const pid = await launchRun({ ...runner, ...options, runFolder: folder, logFile })
  try {
    await recordProcess(folder, pid)
  } catch (thrown) {
    await stopProcessGroup(pid)
    throw thrown
  }
}

/**
 * Continues a run that was stopped or failed from its last checkpoint.
 * @throws FailureError `bad-input` for a run that is finished or has no checkpoint, `busy` for one
 *   that is running.
 */
export async function resumeRun(folder: string, runner: Runner): Promise<TrainingRun> {
  const run = await TrainingRun.open(folder)
  const where = run.file.id
  if (run.state === 'finished')
    throw failureError('bad-input', 'The run is finished.', { where, remedy: 'Start a new run.' })
  if (run.isLive)
    throw failureError('busy', 'The run is still running.', {
      where,
      remedy: 'Wait for its end, or stop it.',
    })
  if (!run.isResumable)
    throw failureError('bad-input', 'The run has no checkpoint to resume from.', {
      where,
      remedy: 'Start a new run.',
    })
  await rm(runPath(folder, 'stopped'), { force: true })
  await launch(folder, runner, { resume: true })
  return TrainingRun.open(folder)
}
