// What is sampled: the candidates of a prompt that are wanted, and what comes of them.
import type { DistributionSettings } from '../../core/sampling/tokenSampler'

export interface FinishedCandidate {
  index: number
  seed: number
  /** Sampled tokens without the end token. */
  tokens: number[]
  finishReason: 'stop' | 'length'
  /** Number of sampled tokens, the end token included. */
  tokenCount: number
  logprob: number
}

/** The requested candidates of one prompt. */
export interface SampleJob {
  prompt: readonly number[]
  candidates: readonly { index: number; seed: number }[]
  sampling: DistributionSettings
  /** At least 1; prompt and new tokens must fit the model's context. */
  maxNewTokens: number
  endTokens: ReadonlySet<number>
  signal: AbortSignal
  /** The model's folder, for failures. */
  where: string
  onCandidate: (candidate: FinishedCandidate) => void
  /** Called with all tokens of an unfinished candidate, each time it has one more. */
  onTokens?: (index: number, tokens: readonly number[]) => void
  /** Called with the logits after the prompt. */
  onPrompt?: (logits: Float32Array) => void
  /** Called a few times a second with the tokens of this job so far, and the rate of all jobs. */
  onRate: (tokens: number, tokensPerSecond: number) => void
}

/** What samples jobs, here or on other threads. */
export interface SampleQueue {
  submit(job: SampleJob): Promise<void>
}
