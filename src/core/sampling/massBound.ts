// A lower bound of the mass of the most likely tokens, from the summary of a row.
import { expOfNegative } from './exponential'
import { type LogitsSummary, SUM_ERROR } from './logitsSummary'
import { BLOCK } from './vocabularyScan'

/** In nats, after temperature. */
const DEPTH_STEP = 1 / 4
const MAX_DEPTH = 16
const DEPTHS = MAX_DEPTH / DEPTH_STEP
/** Blocks with less than this share of the mass that may be missing, together, are not bounded. */
const NEGLIGIBLE = 1 / 20

/**
 * Bounds the mass of the tokens below a depth, block by block. Let t be the weight at the depth, m
 * the largest weight of a block, s the sum of its other weights, r the sum of their roots, and x
 * the mass of those below t. Each root is at least weight / √m, and at least weight / √t below t.
 * So r ≥ x / √t + (s − x) / √m, and x ≤ √t · (r − s / √m) / (1 − √(t / m)).
 */
export class MassBound {
  /** Of each block that is bounded; see {@link load}. */
  private readonly peaks: Float64Array
  private readonly inversePeaks: Float64Array
  private readonly all: Float64Array
  private readonly rest: Float64Array
  private readonly excess: Float64Array
  private count = 0
  /** Mass of the other blocks. */
  private below = 0

  /** An instance owns working memory for rows of so many blocks. */
  constructor(blocks: number) {
    this.peaks = new Float64Array(blocks)
    this.inversePeaks = new Float64Array(blocks)
    this.all = new Float64Array(blocks)
    this.rest = new Float64Array(blocks)
    this.excess = new Float64Array(blocks)
  }

  /**
   * A depth within which the weights of the tokens surely reach `target`, rounding of the summary
   * included; undefined if none is found.
   * @param maximum the largest logit.
   * @param inverse 1 / temperature.
   * @param mass of all tokens.
   * @returns in nats, after temperature.
   */
  depthReaching(
    summary: LogitsSummary,
    maximum: number,
    inverse: number,
    mass: number,
    target: number,
  ): number | undefined {
    const most = mass * (1 - SUM_ERROR) - target * (1 + SUM_ERROR)
    this.load(summary, maximum, inverse, (most * NEGLIGIBLE) / summary.sums.length)
    let low = 0
    let high = DEPTHS + 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.isBelowAtMost(most, middle * DEPTH_STEP)) high = middle
      else low = middle + 1
    }
    return low > DEPTHS ? undefined : low * DEPTH_STEP
  }

  /** @param negligible mass of a block that is not bounded: all of it counts as below any depth. */
  private load(
    { maxima, roots, sums }: LogitsSummary,
    maximum: number,
    inverse: number,
    negligible: number,
  ): void {
    this.count = 0
    this.below = 0
    for (let block = 0; block < maxima.length; block++) {
      const depth = (maxima[block]! - maximum) * inverse
      const sum = sums[block]!
      if (depth < -MAX_DEPTH || sum < negligible) {
        this.below += sum * (1 + SUM_ERROR)
        continue
      }
      const peak = expOfNegative(depth / 2)
      const i = this.count++
      this.peaks[i] = peak
      const inversePeak = 1 / peak
      this.inversePeaks[i] = inversePeak
      this.all[i] = sum * (1 + SUM_ERROR)
      this.rest[i] = Math.max(0, this.all[i] - peak * peak)
      const least = Math.max(0, sum * (1 - SUM_ERROR) - peak * peak)
      this.excess[i] = Math.max(0, roots[block]! * (1 + SUM_ERROR) - peak - least * inversePeak)
    }
  }

  /** Whether the mass of the tokens below a depth is surely at most `most`. */
  private isBelowAtMost(most: number, depth: number): boolean {
    const { peaks, inversePeaks, all, rest, excess, count } = this
    const root = expOfNegative(-depth / 2)
    const largest = (BLOCK - 1) * root * root
    let mass = this.below
    for (let i = 0; i < count && mass <= most; i++) {
      if (peaks[i]! < root) {
        mass += all[i]!
        continue
      }
      let bound = rest[i]! < largest ? rest[i]! : largest
      const share = 1 - root * inversePeaks[i]!
      if (root * excess[i]! < bound * share) bound = (root * excess[i]!) / share
      mass += bound
    }
    return mass <= most
  }
}
