// Caches the state after a prefix that successive prompts share, such as a system message or
// few-shot examples.
import type { NextPrompt } from './kvCache'

export interface PrefixPlan<S> {
  /** Number of tokens that are already computed, and the state after them. */
  from: number
  state: S | undefined
  /**
   * The number of tokens after which to pass the state to {@link SharedPrefix.keep}; 0 means never.
   * Call it late: the next prompt may become known while this one is computed.
   */
  keepAt: () => number
}

/**
 * Keeps the state after one prefix: the longest one that two successive prompts share. A prefix
 * consists of whole chunks of a prefill, so that a prompt is computed in the same chunks, with the
 * same bits, whether or not its prefix was kept.
 */
export class SharedPrefix<S> {
  private previous: readonly number[] = []
  private kept: { tokens: readonly number[]; state: S } | undefined

  /** @param chunk the number of tokens that the prefill computes at once. */
  constructor(
    private readonly chunk: number,
    private readonly free: (state: S) => void,
  ) {}

  /**
   * Call this for each prompt in order. At least the last chunk remains to be computed, for its
   * logits.
   */
  plan(tokens: readonly number[], next: NextPrompt): PrefixPlan<S> {
    const kept =
      this.kept && this.sharedChunks(tokens, this.kept.tokens) === this.kept.tokens.length
        ? this.kept
        : undefined
    const from = kept?.tokens.length ?? 0
    const { previous } = this
    this.previous = tokens
    const keepAt = (): number => {
      const others = [previous, next() ?? []]
      const shared = Math.max(...others.map((other) => this.sharedChunks(tokens, other)))
      return shared > from ? shared : 0
    }
    return { from, state: kept?.state, keepAt }
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

  /**
   * The length of the common prefix in tokens, rounded down to whole chunks, without the last chunk
   * of `tokens`.
   */
  private sharedChunks(tokens: readonly number[], others: readonly number[]): number {
    const most = Math.min(tokens.length - 1, others.length)
    let common = 0
    while (common < most && tokens[common] === others[common]) common++
    return common - (common % this.chunk)
  }
}
