// How many hosts a job runs on, and what does not fit together there.
import * as l10n from '@vscode/l10n'
import type { Failure } from '../../../shared/errors'
import type { JobKind } from './jobScripts'

/** What is said of the hosts of a job. */
export interface JobHosts {
  kind: JobKind
  /** All processes of the run together. */
  processes: number
  /** As a person asked for them; undefined where nobody did. */
  asked: number | undefined
  /** As the accelerate configuration file says; null where it does not, or there is none. */
  inFile: number | null
}

/** The number of hosts: one that was asked for, else that of the file, else one. */
export function hostsOfJob({ kind, processes, asked, inFile }: JobHosts): number | Failure {
  const hosts = asked ?? inFile ?? 1
  if (!Number.isInteger(hosts) || hosts < 1)
    return refusal(l10n.t`The number of hosts is ${hosts}, and must be a whole number from 1 on.`)
  if (inFile !== null && hosts !== inFile)
    return refusal(
      l10n.t`The number of hosts is ${hosts}, and the accelerate configuration file of the run says num_machines: ${inFile}.`,
      l10n.t('Change the one or the other.'),
    )
  if (kind !== 'slurm' && hosts > 1)
    return refusal(
      l10n.t`The script for Ray runs on one host, not on ${hosts}.`,
      l10n.t('Write the script for SLURM, or take one host.'),
    )
  if (processes % hosts !== 0)
    return refusal(
      l10n.t`The number of processes is ${processes}, which is no multiple of ${hosts}, the number of hosts.`,
      l10n.t`Set processes, the number on all hosts together, to a multiple of ${hosts}.`,
    )
  return hosts
}

const refusal = (message: string, remedy?: string): Failure => ({
  code: 'bad-input',
  message,
  ...(remedy === undefined ? {} : { remedy }),
})
