// Top-k, top-p and min-p without sorting the vocabulary.
import { expOfNegative, LOWEST_EXPONENT } from './exponential'
import type { VocabularyScan } from './vocabularyScan'

/**
 * Top-p collects the tokens within these depths of the largest logit, one depth after the other,
 * until their mass suffices. In nats, after temperature.
 */
const DEPTHS = [4, 8, 16, -LOWEST_EXPONENT]
/** Larger than the rounding error of the sum of all weights. */
const SLACK = 1e-9

/** One row of logits at a temperature. */
export interface LogitRow {
  logits: Float32Array
  maximum: number
  /** 1 / temperature. */
  inverse: number
}

/**
 * Each method writes the remaining tokens to the front of the list `scan.tokens` (ascending ids),
 * their weights to `scan.weights`, and returns their number. `listed` is the number of tokens in
 * the list so far; `'vocabulary'` means that no list was made yet.
 */
export class Narrowing {
  private readonly scan: VocabularyScan
  private readonly sorted: Float32Array

  constructor(scan: VocabularyScan) {
    this.scan = scan
    this.sorted = new Float32Array(scan.vocabularySize)
  }

  /** Keeps the `k` tokens with the largest logits; of equal logits, the lower ids. */
  topK(row: LogitRow, k: number): number {
    const scan = this.scan
    const count = scan.collect(row.logits, scan.reachedBy(k), row.maximum, row.inverse)
    if (count <= k) return count
    return this.keepLargest(row, this.sort(row, count), k, count)
  }

  /**
   * Keeps the fewest tokens, largest logits first (of equal logits, the lower ids), whose weights,
   * added in that order, reach `share` of `mass`.
   */
  topP(row: LogitRow, share: number, mass: number, listed: number | 'vocabulary'): number {
    const target = share * mass
    if (listed !== 'vocabulary') return this.reach(row, target, listed) ?? listed
    let count = 0
    for (const depth of DEPTHS) {
      count = this.within(row, depth)
      if (this.massOf(count) < target * (1 - SLACK)) continue
      const kept = this.reach(row, target, count)
      if (kept !== undefined) return kept
    }
    return count
  }

  /**
   * Lists the tokens within `depth` (in nats, after temperature) of the largest logit; returns
   * their number.
   */
  within(row: LogitRow, depth: number): number {
    const threshold = row.maximum - depth / row.inverse
    return this.scan.collect(row.logits, threshold, row.maximum, row.inverse)
  }

  /** Keeps the tokens whose weight is at least `share` of the largest weight. */
  minP(row: LogitRow, share: number, listed: number | 'vocabulary'): number {
    const { tokens, weights } = this.scan
    const count = listed === 'vocabulary' ? this.within(row, minPDepth(share)) : listed
    let kept = 0
    for (let i = 0; i < count; i++) {
      const weight = weights[i]!
      if (weight < share) continue
      tokens[kept] = tokens[i]!
      weights[kept++] = weight
    }
    return kept
  }

  /** The sum of the first `count` weights, added in list order. */
  massOf(count: number): number {
    let mass = 0
    for (let i = 0; i < count; i++) mass += this.scan.weights[i]!
    return mass
  }

  /**
   * Keeps the `k` ≥ 1 largest logits of the first `count` tokens of the list; of equal logits, the
   * lower ids.
   * @param sorted ascending logits of the list before any of its largest were removed.
   */
  keepLargest({ logits }: LogitRow, sorted: Float32Array, k: number, count: number): number {
    const { tokens, weights } = this.scan
    const lowest = sorted.length - k
    const boundary = sorted[lowest]!
    let equal = 1
    while (sorted[lowest + equal] === boundary) equal++
    let kept = 0
    for (let i = 0; i < count; i++) {
      const token = tokens[i]!
      const logit = logits[token]!
      if (logit < boundary || (logit === boundary && equal-- <= 0)) continue
      tokens[kept] = token
      weights[kept++] = weights[i]!
    }
    return kept
  }

  /**
   * The first of the first `count` tokens of the list at which the running sum of weights exceeds
   * `u` times their sum.
   */
  tokenAt(count: number, u: number): number {
    const { tokens, weights } = this.scan
    const target = u * this.massOf(count)
    let running = 0
    let last = tokens[0]!
    for (let i = 0; i < count; i++) {
      const weight = weights[i]!
      if (weight > 0) last = tokens[i]!
      running += weight
      if (running > target) break
    }
    return last
  }

  /** Ascending logits of the first `count` tokens of the list; valid until the next call. */
  private sort({ logits }: LogitRow, count: number): Float32Array {
    const sorted = this.sorted.subarray(0, count)
    for (let i = 0; i < count; i++) sorted[i] = logits[this.scan.tokens[i]!]!
    return sorted.sort()
  }

  /**
   * How many of the largest logits it takes for their weights, added in that order, to reach
   * `target`; undefined if all together do not.
   */
  private numberReaching(
    { maximum, inverse }: LogitRow,
    sorted: Float32Array,
    target: number,
  ): number | undefined {
    let cumulative = 0
    for (let i = sorted.length - 1; i >= 0; i--) {
      cumulative += expOfNegative((sorted[i]! - maximum) * inverse)
      if (cumulative >= target) return sorted.length - i
    }
    return undefined
  }

  /**
   * Reduces the first `count` tokens of the list to those needed to reach `target`; undefined if
   * their mass is smaller.
   */
  private reach(row: LogitRow, target: number, count: number): number | undefined {
    const sorted = this.sort(row, count)
    const needed = this.numberReaching(row, sorted, target)
    return needed === undefined ? undefined : this.keepLargest(row, sorted, needed, count)
  }
}

/** Tokens with at least `share` of the largest weight are within this depth, in nats. */
export const minPDepth = (share: number): number =>
  share > 0 ? Math.min(-Math.log(share) + 1, -LOWEST_EXPONENT) : -LOWEST_EXPONENT
