// Caches the state after a prefix that successive prompts share, such as a system message or
// few-shot examples.
import { PREFILL_CHUNK } from './kvCache'

export interface PrefixPlan<S> {
  /** Number of tokens that are already computed, and the state after them. */
  from: number
  state: S | undefined
  /** After this many tokens, pass the state to {@link SharedPrefix.keep}; 0 means never. */
  keepAt: number
}

/**
 * Keeps the state after one prefix: the longest one that two successive prompts shared. A prefix
 * consists of whole chunks of a prefill, so that a prompt is computed in the same chunks, with the
 * same bits, whether or not its prefix was kept.
 */
export class SharedPrefix<S> {
  private previous: readonly number[] = []
  private kept: { tokens: readonly number[]; state: S } | undefined

  constructor(private readonly free: (state: S) => void) {}

  /**
   * Call this for each prompt in order. At least the last chunk remains to be computed, for its
   * logits.
   */
  plan(tokens: readonly number[]): PrefixPlan<S> {
    const kept =
      this.kept && wholeChunks(tokens, this.kept.tokens) === this.kept.tokens.length
        ? this.kept
        : undefined
    const from = kept?.tokens.length ?? 0
    const shared = wholeChunks(tokens, this.previous)
    this.previous = tokens
    return { from, state: kept?.state, keepAt: shared > from ? shared : 0 }
  }

  /** Keeps `state`, the state after `tokens`, and frees the one kept before. */
  keep(tokens: readonly number[], state: S): void {
    this.drop()
    this.kept = { tokens, state }
  }

  clear(): void {
    this.drop()
    this.previous = []
  }

  private drop(): void {
    if (this.kept) this.free(this.kept.state)
    this.kept = undefined
  }
}

/**
 * The length of the common prefix in tokens, rounded down to whole chunks, without the last chunk
 * of `tokens`.
 */
function wholeChunks(tokens: readonly number[], others: readonly number[]): number {
  const most = Math.min(tokens.length - 1, others.length)
  let common = 0
  while (common < most && tokens[common] === others[common]) common++
  return common - (common % PREFILL_CHUNK)
}
