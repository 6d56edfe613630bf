// What the last prompts begin with in common (a long system prompt, worked examples), kept so that
// it is computed once.
import { PREFILL_CHUNK } from './kvCache'

export interface PrefixPlan<S> {
  /** Tokens that need not be computed, and the state after them. */
  from: number
  state: S | undefined
  /** After so many tokens the state is to be handed to {@link SharedPrefix.keep}; 0 is never. */
  keepAt: number
}

/**
 * Holds the state after one prefix: the one that the last two prompts shared, once a second prompt
 * has shown that there is one. Prefixes are whole chunks of a prefill, so that a prompt is computed
 * in the same chunks, to the same bits, with and without.
 */
export class SharedPrefix<S> {
  private previous: readonly number[] = []
  private kept: { tokens: readonly number[]; state: S } | undefined

  constructor(private readonly free: (state: S) => void) {}

  /**
   * To be called for each prompt in turn. At least the last chunk is left to compute: its logits
   * are wanted.
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

  /** Takes `state`, which is that after `tokens`, in place of the one kept before. */
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
 * How many tokens the two begin with in common, in whole chunks, the last chunk of `tokens` left
 * out.
 */
function wholeChunks(tokens: readonly number[], others: readonly number[]): number {
  const most = Math.min(tokens.length - 1, others.length)
  let common = 0
  while (common < most && tokens[common] === others[common]) common++
  return common - (common % PREFILL_CHUNK)
}
