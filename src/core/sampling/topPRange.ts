// How many of the most likely tokens make up a share of the mass that is known up to an error.
import { expOfNegative } from './exponential'
import type { LogitRow } from './narrowing'
import type { VocabularyScan } from './vocabularyScan'

const BUCKETS_PER_NAT = 16
/** Deeper tokens share the last bucket. */
const BUCKETS = 20 * BUCKETS_PER_NAT

export interface TopPRange {
  /** Fewest and most of the largest logits that may be needed. */
  least: number
  most: number
  /** More than the weight of the tokens that may or may not be needed. */
  unsure: number
  /** The largest logits that are needed for sure: fewer than `least`. */
  certain: number
  /** Ascending logits that follow the certain ones, `most` included; valid until the next call. */
  sorted: Float32Array
}

/** Sorts only the tokens near the boundary: tokens are counted in buckets by their logit first. */
export class TopPRanges {
  private readonly masses = new Float64Array(BUCKETS)
  private readonly counts = new Int32Array(BUCKETS)
  private readonly sorted: Float32Array

  /** @param scan whose list of tokens is meant. */
  constructor(private readonly scan: VocabularyScan) {
    this.sorted = new Float32Array(scan.vocabularySize)
  }

  /**
   * The range of numbers of largest logits whose weights reach a target between `low` and `high`;
   * undefined if all of the first `count` tokens of the list do not.
   */
  find(row: LogitRow, count: number, low: number, high: number): TopPRange | undefined {
    this.fill(row, count)
    const { masses, counts } = this
    let first = 0
    let mass = 0
    let certain = 0
    for (; first < BUCKETS && mass + masses[first]! < low; first++) {
      mass += masses[first]!
      certain += counts[first]!
    }
    let last = first
    let reached = mass
    for (; last < BUCKETS; last++) if ((reached += masses[last]!) >= high) break
    if (last === BUCKETS) return undefined
    const sorted = this.sortedIn(row, count, first, last)
    let least: number | undefined
    let largest = 0
    for (let i = sorted.length - 1; i >= 0; i--) {
      const weight = expOfNegative((sorted[i]! - row.maximum) * row.inverse)
      mass += weight
      const number = certain + sorted.length - i
      if (mass >= low && least === undefined) {
        least = number
        largest = weight
      }
      if (mass >= high && least !== undefined)
        return { least, most: number, unsure: (number - least + 1) * largest, certain, sorted }
    }
    return undefined
  }

  private fill(row: LogitRow, count: number): void {
    const { masses, counts, scan } = this
    masses.fill(0)
    counts.fill(0)
    for (let i = 0; i < count; i++) {
      const bucket = bucketOf(row, row.logits[scan.tokens[i]!]!)
      masses[bucket]! += scan.weights[i]!
      counts[bucket]!++
    }
  }

  private sortedIn(row: LogitRow, count: number, first: number, last: number): Float32Array {
    let found = 0
    for (let i = 0; i < count; i++) {
      const logit = row.logits[this.scan.tokens[i]!]!
      const bucket = bucketOf(row, logit)
      if (bucket >= first && bucket <= last) this.sorted[found++] = logit
    }
    return this.sorted.subarray(0, found).sort()
  }
}

const bucketOf = ({ maximum, inverse }: LogitRow, logit: number): number =>
  Math.min((maximum - logit) * inverse * BUCKETS_PER_NAT, BUCKETS - 1) | 0
