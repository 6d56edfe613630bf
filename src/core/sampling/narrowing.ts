// Top-k, top-p and min-p without sorting the vocabulary.
import { expOfNegative, LOWEST_EXPONENT } from './exponential'
import { type VocabularyScan } from './vocabularyScan'

/**
 * Top-p collects the tokens within these depths of the largest logit, one depth after the other,
 * until their mass suffices. In nats, after temperature.
 */
const DEPTHS = [4, 8, 16, -LOWEST_EXPONENT]
/** Larger than the rounding error of the sum of all weights. */
const SLACK = 1e-9

/** One row of logits at a temperature. */
export interface Row {
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
  topK(row: Row, k: number): number {
    const scan = this.scan
    const count = scan.collect(row.logits, scan.reachedBy(k), row.maximum, row.inverse)
    if (count <= k) return count
    const sorted = this.sort(row.logits, count)
    const boundary = sorted[count - k]!
    let above = 0
    while (above < k && sorted[count - 1 - above]! > boundary) above++
    return this.keepAbove(row.logits, count, boundary, k - above)
  }

  /**
   * Keeps the fewest tokens, largest logits first (of equal logits, the lower ids), whose weights,
   * added in that order, reach `share` of `mass`.
   */
  topP(row: Row, share: number, mass: number, listed: number | 'vocabulary'): number {
    const target = share * mass
    if (listed !== 'vocabulary') return this.reach(row, target, listed) ?? listed
    let count = 0
    for (const depth of DEPTHS) {
      count = this.scan.collect(
        row.logits,
        row.maximum - depth / row.inverse,
        row.maximum,
        row.inverse,
      )
      if (this.massOf(count) < target * (1 - SLACK)) continue
      const kept = this.reach(row, target, count)
      if (kept !== undefined) return kept
    }
    return count
  }

  /** Keeps the tokens whose weight is at least `share` of the largest weight. */
  minP(row: Row, share: number, listed: number | 'vocabulary'): number {
    const { tokens, weights } = this.scan
    const depth = share > 0 ? Math.min(-Math.log(share) + 1, -LOWEST_EXPONENT) : -LOWEST_EXPONENT
    const count =
      listed === 'vocabulary'
        ? this.scan.collect(row.logits, row.maximum - depth / row.inverse, row.maximum, row.inverse)
        : listed
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
   * Reduces the first `count` tokens of the list to those needed to reach `target`; undefined if
   * their mass is smaller.
   */
  private reach(row: Row, target: number, count: number): number | undefined {
    const sorted = this.sort(row.logits, count)
    let cumulative = 0
    for (let i = count - 1; i >= 0; i--) {
      const logit = sorted[i]!
      cumulative += expOfNegative((logit - row.maximum) * row.inverse)
      if (cumulative < target) continue
      let equal = 1
      while (sorted[i + equal] === logit) equal++
      return this.keepAbove(row.logits, count, logit, equal)
    }
    return undefined
  }

  /** Ascending logits of the first `count` tokens of the list. */
  private sort(logits: Float32Array, count: number): Float32Array {
    const sorted = this.sorted.subarray(0, count)
    for (let i = 0; i < count; i++) sorted[i] = logits[this.scan.tokens[i]!]!
    return sorted.sort()
  }

  /** Keeps the listed tokens with a logit above `boundary` and the first `equal` tokens at it. */
  private keepAbove(logits: Float32Array, count: number, boundary: number, equal: number): number {
    const { tokens, weights } = this.scan
    let kept = 0
    let left = equal
    for (let i = 0; i < count; i++) {
      const token = tokens[i]!
      const logit = logits[token]!
      if (logit < boundary || (logit === boundary && left-- <= 0)) continue
      tokens[kept] = token
      weights[kept++] = weights[i]!
    }
    return kept
  }
}
