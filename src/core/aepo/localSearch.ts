// Local search for pools with too many subsets: greedy growth, then swaps to a local optimum.
import { bestPair } from './exactSearch'
import { TIE_TOLERANCE } from './leader'
import type { Weights } from './objective'
import type { Similarities } from './similarity'

/**
 * At most this many swaps per member. A swap costs O(N·k), so the work is at most O(100·N·k²) plus
 * O(N²) for the first pair.
 */
const SWAPS_PER_MEMBER = 100

/**
 * A subset of size k (2 ≤ k < N) that no single swap improves: starts from the best pair, adds the
 * best candidate until there are k, then makes the best swap until none improves or
 * {@link SWAPS_PER_MEMBER} · k swaps are made. Ties go to the smallest indices.
 * @returns ascending indices.
 */
export function locallyBest(
  similarities: Similarities,
  weights: Weights,
  k: number,
): readonly number[] {
  const subset = new GrowingSubset(similarities, weights)
  for (const index of bestPair(similarities, weights)) subset.add(index)
  while (subset.members.length < k) subset.add(subset.bestAddition())
  for (let swaps = 0; swaps < SWAPS_PER_MEMBER * k; swaps++) {
    const swap = subset.bestSwap()
    if (!swap) break
    subset.remove(swap.out)
    subset.add(swap.in)
  }
  return subset.members.toSorted((a, b) => a - b)
}

class GrowingSubset {
  readonly members: number[] = []
  /** For each candidate: Σ_{x∈members} S_x,candidate. */
  private readonly closeness: Float64Array
  private readonly rows = new Map<number, Float64Array>()

  constructor(
    private readonly similarities: Similarities,
    private readonly weights: Weights,
  ) {
    this.closeness = new Float64Array(similarities.size)
  }

  add(index: number): void {
    const row = Float64Array.from(this.similarities.row(index))
    this.rows.set(index, row)
    this.members.push(index)
    row.forEach((similarity, i) => (this.closeness[i]! += similarity))
  }

  remove(index: number): void {
    this.rows.get(index)?.forEach((similarity, i) => (this.closeness[i]! -= similarity))
    this.rows.delete(index)
    this.members.splice(this.members.indexOf(index), 1)
  }

  bestAddition(): number {
    let best = -1
    let bestGain = -Infinity
    for (let i = 0; i < this.similarities.size; i++) {
      if (this.rows.has(i)) continue
      const gain = this.gainOf(i)
      if (best < 0 || gain > bestGain + TIE_TOLERANCE) {
        best = i
        bestGain = gain
      }
    }
    return best
  }

  /** The swap that raises the objective most, if it raises it by more than the tie tolerance. */
  bestSwap(): { out: number; in: number } | undefined {
    let best: { out: number; in: number } | undefined
    let bestRise = TIE_TOLERANCE
    for (const out of this.members.toSorted((a, b) => a - b)) {
      const row = this.rows.get(out) as Float64Array
      const loss = this.gainOf(out)
      for (let i = 0; i < this.similarities.size; i++) {
        const rise = this.gainOf(i) + this.weights.pair * row[i]! - loss
        if (rise > bestRise && !this.rows.has(i)) {
          best = { out, in: i }
          bestRise = rise + TIE_TOLERANCE
        }
      }
    }
    return best
  }

  /**
   * The gain in the objective from adding candidate i to the members; for a member, from adding it
   * to the others.
   */
  private gainOf(i: number): number {
    return this.weights.member[i]! - this.weights.pair * this.closeness[i]!
  }
}
