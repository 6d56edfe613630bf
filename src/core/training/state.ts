// How a run stands, from the facts that its folder and its process give.
import type { Failure } from '../../shared/errors'
import { z } from 'zod'

export type RunState = 'starting' | 'running' | 'stopped' | 'failed' | 'finished'

/** The file `failed`, which the runner writes when it gives up. */
export const failedSchema = z.object({
  code: z.enum(['bad-input', 'disk-full', 'out-of-memory', 'training-failed']),
  message: z.string().min(1),
  remedy: z.string().optional(),
})
export type FailedRecord = z.infer<typeof failedSchema>

/** Everything that the state follows from. */
export interface RunFacts {
  /** The event `start`, and the event `end`, are among the metrics. */
  hasStarted: boolean
  hasEnded: boolean
  isAlive: boolean
  stopRequested: boolean
}

export function runState({ hasStarted, hasEnded, isAlive, stopRequested }: RunFacts): RunState {
  if (hasEnded) return 'finished'
  if (isAlive) return hasStarted ? 'running' : 'starting'
  return stopRequested ? 'stopped' : 'failed'
}

export const isLiveState = (state: RunState): boolean => state === 'starting' || state === 'running'

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

export function runFailure(facts: FailureFacts): Failure {
  const { where, record, lastLogLine, isDiskFull } = facts
  if (record) {
    const { remedy = '', ...rest } = record
    return { ...rest, where, ...(remedy === '' ? {} : { remedy }) }
  }
  if (isDiskFull)
    return {
      code: 'disk-full',
      message: 'The run ended because the disk is full.',
      where,
      remedy: `Free some space, then ${next(facts)}.`,
    }
  const end = lastLogLine === '' ? '' : ` Its log ends: ${lastLogLine}`
  return {
    code: 'training-failed',
    message: `The run ended without saying why: its process was killed, often for lack of memory.${end}`,
    where,
    remedy: `A lower batchSize or maxLength takes less memory; ${next(facts)}.`,
  }
}

const next = ({ isResumable }: Pick<FailureFacts, 'isResumable'>): string =>
  isResumable ? 'resume the run from its last checkpoint' : 'start a new run'

/** What a person can do with a run that was stopped. */
export const afterStop = (id: string, isResumable: boolean): string =>
  isResumable
    ? `--resume ${id} continues from its last checkpoint.`
    : 'It had no checkpoint yet, so it cannot be resumed: start a new run.'
