// Passes over one row of logits: block maxima, sums of weights by blocks, and the tokens above a
// threshold.
import { expOfNegative, LOWEST_EXPONENT } from './exponential'

/** Tokens per block. */
export const BLOCK = 128

/** How many blocks of {@link BLOCK} tokens hold the vocabulary; the last may be shorter. */
export const blocksIn = (vocabularySize: number): number => Math.ceil(vocabularySize / BLOCK)

/**
 * Reusable working memory for rows of one vocabulary.
 *
 * The weight of a token is e^((logit − largest logit) / temperature): 1 for the most likely token.
 * The order of summation is part of the definition of a draw: within a block, token i is added to
 * lane i mod 4, and the sum of the block is (lane 0 + lane 1) + (lane 2 + lane 3); the total adds
 * the blocks in order.
 */
export class VocabularyScan {
  /** Sum of the weights of each block, after {@link total}. */
  readonly blockSums: Float64Array
  /** Token ids in ascending order, after {@link collect}. */
  readonly tokens: Int32Array
  /** Weights of `tokens`. */
  readonly weights: Float64Array
  private readonly blockMaxima: Float32Array
  private readonly sortedMaxima: Float32Array

  constructor(readonly vocabularySize: number) {
    const blocks = blocksIn(vocabularySize)
    this.blockSums = new Float64Array(blocks)
    this.blockMaxima = new Float32Array(blocks)
    this.sortedMaxima = new Float32Array(blocks)
    this.tokens = new Int32Array(vocabularySize)
    this.weights = new Float64Array(vocabularySize)
  }

  /** The largest logit. @throws RangeError if no logit is finite or one is +∞. */
  maximum(logits: Float32Array): number {
    const maxima = this.blockMaxima
    let largest = -Infinity
    for (let block = 0; block < maxima.length; block++) {
      const start = block * BLOCK
      const end = Math.min(start + BLOCK, logits.length)
      let a = -Infinity
      let b = -Infinity
      let i = start
      for (; i + 1 < end; i += 2) {
        const x = logits[i]!
        const y = logits[i + 1]!
        if (x > a) a = x
        if (y > b) b = y
      }
      const last = i < end ? logits[i]! : -Infinity
      if (last > a) a = last
      const most = a > b ? a : b
      maxima[block] = most
      if (most > largest) largest = most
    }
    if (!Number.isFinite(largest)) throw new RangeError('The model gave no finite logit.')
    return largest
  }

  /**
   * Takes the block maxima of a row that was reduced elsewhere, instead of {@link maximum}. Passes
   * that follow read only blocks whose maximum reaches their threshold.
   */
  adopt(maxima: Float32Array): void {
    this.blockMaxima.set(maxima)
  }

  /** The first token with the largest logit. Call {@link maximum} first. */
  firstAt(logits: Float32Array, maximum: number): number {
    return logits.indexOf(maximum, this.blockMaxima.indexOf(maximum) * BLOCK)
  }

  /** The sum of all weights at temperature 1 / `inverse`. Call {@link maximum} first. */
  total(logits: Float32Array, maximum: number, inverse: number): number {
    const lowest = maximum + LOWEST_EXPONENT / inverse
    let sum = 0
    for (let block = 0; block < this.blockSums.length; block++) {
      const start = block * BLOCK
      const blockSum =
        this.blockMaxima[block]! < lowest
          ? 0
          : sumOfBlock(logits, start, Math.min(start + BLOCK, logits.length), maximum, inverse)
      this.blockSums[block] = blockSum
      sum += blockSum
    }
    return sum
  }

  /**
   * Writes every token with a logit of at least `threshold` to `tokens` and `weights`; returns
   * their number.
   */
  collect(logits: Float32Array, threshold: number, maximum: number, inverse: number): number {
    const { tokens, weights } = this
    let count = 0
    for (let block = 0; block < this.blockMaxima.length; block++) {
      if (this.blockMaxima[block]! < threshold) continue
      const start = block * BLOCK
      const end = Math.min(start + BLOCK, logits.length)
      for (let i = start; i < end; i++) {
        const logit = logits[i]!
        if (logit >= threshold) {
          tokens[count] = i
          weights[count++] = expOfNegative((logit - maximum) * inverse)
        }
      }
    }
    return count
  }

  /**
   * A logit that at least `count` ≥ 1 tokens reach: the `count`-th largest block maximum, or −∞ if
   * there are fewer blocks.
   */
  reachedBy(count: number): number {
    if (count > this.blockMaxima.length) return -Infinity
    this.sortedMaxima.set(this.blockMaxima)
    this.sortedMaxima.sort()
    return this.sortedMaxima[this.sortedMaxima.length - count]!
  }

  /**
   * The token at `target`, in [0, total), of the cumulative weights in order of ids. Call
   * {@link total} first.
   */
  tokenAt(logits: Float32Array, target: number, maximum: number, inverse: number): number {
    const sums = this.blockSums
    let before = 0
    let block = 0
    while (block < sums.length && !(before + sums[block]! > target)) before += sums[block++]!
    const rest = block < sums.length ? target - before : Infinity
    if (block === sums.length) block = sums.findLastIndex((sum) => sum > 0)
    return this.tokenInBlock(logits, block, rest, maximum, inverse).token
  }

  /**
   * The first token of a block at which the running sum of weights exceeds `rest`; if none does,
   * the last one with a weight, and `reached` is false.
   */
  tokenInBlock(
    logits: Float32Array,
    block: number,
    rest: number,
    maximum: number,
    inverse: number,
  ): { token: number; reached: boolean } {
    const start = block * BLOCK
    const end = Math.min(start + BLOCK, logits.length)
    let running = 0
    let token = start
    for (let i = start; i < end; i++) {
      const weight = expOfNegative((logits[i]! - maximum) * inverse)
      if (weight > 0) token = i
      running += weight
      if (running > rest) return { token: i, reached: true }
    }
    return { token, reached: false }
  }
}

function sumOfBlock(
  logits: Float32Array,
  start: number,
  end: number,
  maximum: number,
  inverse: number,
): number {
  let lane0 = 0
  let lane1 = 0
  let lane2 = 0
  let lane3 = 0
  let i = start
  for (; i + 3 < end; i += 4) {
    lane0 += expOfNegative((logits[i]! - maximum) * inverse)
    lane1 += expOfNegative((logits[i + 1]! - maximum) * inverse)
    lane2 += expOfNegative((logits[i + 2]! - maximum) * inverse)
    lane3 += expOfNegative((logits[i + 3]! - maximum) * inverse)
  }
  if (i < end) lane0 += expOfNegative((logits[i]! - maximum) * inverse)
  if (i + 1 < end) lane1 += expOfNegative((logits[i + 1]! - maximum) * inverse)
  if (i + 2 < end) lane2 += expOfNegative((logits[i + 2]! - maximum) * inverse)
  return lane0 + lane1 + (lane2 + lane3)
}
