// How a run stands, from the facts that its folder and its process give.
import * as l10n from '@vscode/l10n'
import type { Failure } from '../../shared/errors'
import { z } from 'zod'
import { textsSchema, translated } from './runnerText'

/** `pausing`: the runner saves a checkpoint at the end of its step, and ends. */
export type RunState =
  'starting' | 'running' | 'pausing' | 'paused' | 'stopped' | 'failed' | 'finished'

/** Why the runner failed: the file `failed`, and what `inspect` prints. */
export const failedSchema = z
  .object({
    code: z.enum(['bad-input', 'disk-full', 'out-of-memory', 'training-failed']),
    message: z.string().min(1),
    remedy: z.string().optional(),
    texts: z.object({ message: textsSchema, remedy: textsSchema }).optional(),
  })
  .transform(({ texts, ...record }) =>
    texts === undefined
      ? record
      : { ...record, message: translated(texts.message), remedy: translated(texts.remedy) },
  )
/** `message` and `remedy` are in the user's language; `remedy` may be empty. */
export type FailedRecord = z.infer<typeof failedSchema>

/** Everything that the state follows from. */
export interface RunFacts {
  /** The event `start`, and the event `end`, are among the metrics. */
  hasStarted: boolean
  hasEnded: boolean
  isAlive: boolean
  stopRequested: boolean
  pauseRequested: boolean
  /** The runner paused: its checkpoint is whole. */
  hasPaused: boolean
}

/** A run whose process is gone before its end has failed, unless it paused or was to stop. */
export function runState(facts: RunFacts): RunState {
  if (facts.hasEnded) return 'finished'
  if (facts.isAlive) {
    if (facts.pauseRequested) return 'pausing'
    return facts.hasStarted ? 'running' : 'starting'
  }
  if (facts.hasPaused) return 'paused'
  return facts.stopRequested ? 'stopped' : 'failed'
}

const LIVE: readonly RunState[] = ['starting', 'running', 'pausing']
const RESUMABLE: readonly RunState[] = ['paused', 'stopped', 'failed']

/** Whether a process still works on the run. */
export const isLiveState = (state: RunState): boolean => LIVE.includes(state)

/** Whether a run in this state goes on if it has a checkpoint. */
export const isResumableState = (state: RunState): boolean => RESUMABLE.includes(state)

/** Why a run failed, as far as anything says. */
export interface FailureFacts {
  /** The model, as people name it. */
  where: string
  record: FailedRecord | null
  lastLogLine: string
  /** Whether hardly anything can be written to the disk of the run's folder. */
  isDiskFull: boolean
  isResumable: boolean
}

/** A failure that the runner recorded, without a remedy where that is empty. */
export const recordedFailure = ({ remedy = '', ...rest }: FailedRecord): Failure =>
  remedy === '' ? rest : { ...rest, remedy }

/** Why a run failed: what the runner recorded, else what disk and log tell. */
export function runFailure(facts: FailureFacts): Failure {
  const { where, record, lastLogLine, isDiskFull } = facts
  if (record) return { ...recordedFailure(record), where }
  if (isDiskFull)
    return {
      code: 'disk-full',
      message: l10n.t('The run ended because the disk is full.'),
      where,
      remedy: l10n.t`Free some space, then ${next(facts)}.`,
    }
  const cause = l10n.t(
    'The run ended without saying why: its process was killed, often for lack of memory.',
  )
  return {
    code: 'training-failed',
    message: lastLogLine === '' ? cause : `${cause} ${l10n.t`Its log ends: ${lastLogLine}`}`,
    where,
    remedy: l10n.t`A lower batchSize or maxLength takes less memory; ${next(facts)}.`,
  }
}

const next = ({ isResumable }: Pick<FailureFacts, 'isResumable'>): string =>
  isResumable ? l10n.t('resume the run from its last checkpoint') : l10n.t('start a new run')

/** What a person can do with a run that was stopped. */
export const afterStop = (id: string, isResumable: boolean): string =>
  isResumable
    ? l10n.t`aepo train FILE --resume ${id} continues from its last checkpoint.`
    : l10n.t('It had no checkpoint yet, so it cannot be resumed: start a new run.')
