// The hosts of a job, with what the accelerate configuration file of its run says of them.
import { launchedMachines } from '../core/training/job/accelerateConfig'
import { hostsOfJob } from '../core/training/job/jobHosts'
import type { JobKind } from '../core/training/job/jobScripts'
import type { CommonHyperparameters } from '../core/training/settings/hyperparameters'
import { FailureError } from '../shared/errors'
import { readAccelerateFile } from './accelerateFile'

/**
 * How many hosts a job runs on.
 * @param asked as a person asked for them; by default the file says it, else it is one.
 * @throws FailureError where they do not fit the run.
 */
export function jobHosts(
  kind: JobKind,
  { processes, accelerateConfig }: CommonHyperparameters,
  asked?: number,
): number {
  const read = accelerateConfig === null ? null : readAccelerateFile(accelerateConfig)
  const inFile = read && 'text' in read ? launchedMachines(read.text) : null
  const found = hostsOfJob({ kind, processes, asked, inFile })
  if (typeof found === 'number') return found
  throw new FailureError(found)
}
