// Which tokens remain after top-k, top-p and min-p, found without sorting the vocabulary.
import { expOfNegative, LOWEST_EXPONENT } from './exponential'
import { type VocabularyScan } from './vocabularyScan'

/**
 * Depths below the largest logit, in nats at the temperature, at which top-p looks for its tokens,
 * one after the other.
 */
const DEPTHS = [4, 8, 16, -LOWEST_EXPONENT]
/** Above the rounding of a sum of a whole vocabulary's weights. */
const SLACK = 1e-9

/** One row of logits at a temperature. */
export interface Row {
  logits: Float32Array
  maximum: number
  /** 1 / temperature. */
  inverse: number
}

/** Lists the tokens that remain in `scan.tokens` and `scan.weights`, in ascending order of ids. */
export class Narrowing {
  private readonly scan: VocabularyScan
  private readonly sorted: Float32Array

  constructor(scan: VocabularyScan) {
    this.scan = scan
    this.sorted = new Float32Array(scan.vocabularySize)
  }

  /** The `k` tokens with the largest logits; of equal logits the lower ids. Returns how many. */
  topK(row: Row, k: number): number {
    const scan = this.scan
    const count = scan.collect(row.logits, scan.reachedBy(k), row.maximum, row.inverse)
    if (count <= k) return count
    const sorted = this.sort(row.logits, count)
    const boundary = sorted[count - k] ?? 0
    let above = 0
    while (above < k && (sorted[count - 1 - above] ?? 0) > boundary) above++
    return this.keepAbove(row.logits, count, boundary, k - above)
  }

  /**
   * The fewest tokens, largest logits first (of equal ones the lower ids), whose weights, added in
   * that order, reach `share` of `mass`. Looks among the first `listed` tokens of the list, or in
   * the whole vocabulary. Returns how many.
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

  /**
   * The tokens whose weight is at least `share` of the largest; among the first `listed` of the
   * list, or in the whole vocabulary.
   */
  minP(row: Row, share: number, listed: number | 'vocabulary'): number {
    const { tokens, weights } = this.scan
    const depth = share > 0 ? Math.min(-Math.log(share) + 1, -LOWEST_EXPONENT) : -LOWEST_EXPONENT
    const count =
      listed === 'vocabulary'
        ? this.scan.collect(row.logits, row.maximum - depth / row.inverse, row.maximum, row.inverse)
        : listed
    let kept = 0
    for (let i = 0; i < count; i++) {
      const weight = weights[i] ?? 0
      if (weight < share) continue
      tokens[kept] = tokens[i] ?? 0
      weights[kept++] = weight
    }
    return kept
  }

  /** The sum of the first `count` weights of the list, in its order. */
  massOf(count: number): number {
    let mass = 0
    for (let i = 0; i < count; i++) mass += this.scan.weights[i] ?? 0
    return mass
  }

  /**
   * Cuts the first `count` of the list down to those that reach `target`; undefined when they do
   * not.
   */
  private reach(row: Row, target: number, count: number): number | undefined {
    const sorted = this.sort(row.logits, count)
    let cumulative = 0
    for (let i = count - 1; i >= 0; i--) {
      const logit = sorted[i] ?? 0
      cumulative += expOfNegative((logit - row.maximum) * row.inverse)
      if (cumulative < target) continue
      let equal = 1
      while (sorted[i + equal] === logit) equal++
      return this.keepAbove(row.logits, count, logit, equal)
    }
    return undefined
  }

  /** Ascending logits of the first `count` of the list. */
  private sort(logits: Float32Array, count: number): Float32Array {
    const sorted = this.sorted.subarray(0, count)
    for (let i = 0; i < count; i++) sorted[i] = logits[this.scan.tokens[i] ?? 0] ?? 0
    return sorted.sort()
  }

  /** Keeps of the list the tokens above `boundary` and the first `equal` at it. */
  private keepAbove(logits: Float32Array, count: number, boundary: number, equal: number): number {
    const { tokens, weights } = this.scan
    let kept = 0
    let left = equal
    for (let i = 0; i < count; i++) {
      const token = tokens[i] ?? 0
      const logit = logits[token] ?? 0
      if (logit < boundary || (logit === boundary && left-- <= 0)) continue
      tokens[kept] = token
      weights[kept++] = weights[i] ?? 0
    }
    return kept
  }
}
