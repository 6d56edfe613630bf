// What the engine's main thread and a decoder on a thread of its own send each other.
import type { DecoderFiles, DecoderLimits } from './decoder'
import type { GraphConfig } from './graph'
import type { FinishedCandidate, SampleJob } from './sampleJob'

/** What the thread loads; passed when it starts. */
export interface DecoderSetup {
  stored: DecoderFiles
  config: GraphConfig
  limits: DecoderLimits
}

/** A job as data, with the reports that its caller wants. */
type ThreadJob = Pick<
  SampleJob,
  'prompt' | 'candidates' | 'sampling' | 'maxNewTokens' | 'endTokens' | 'where'
> & { reports: { tokens: boolean; prompt: boolean } }

/** A call of one of the functions of a {@link SampleJob}. */
export type JobReport =
  | { kind: 'candidate'; candidate: FinishedCandidate }
  | { kind: 'tokens'; index: number; tokens: readonly number[] }
  | { kind: 'prompt'; logits: Float32Array }
  | { kind: 'rate'; tokens: number; tokensPerSecond: number }

export type DecoderSide = {
  requests: {
    load: [null, null]
    sample: [ThreadJob, null, JobReport]
    dispose: [null, null]
  }
  notifications: Record<never, never>
}
