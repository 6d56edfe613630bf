// Subsets too many to look at each: greedy growth, then swaps to a local optimum.
import { bestPair } from './exactSearch'
import { TIE_TOLERANCE } from './leader'
import type { Weights } from './objective'
import type { Similarities } from './similarity'

/**
 * Swaps are stopped after this many per member: with O(N·k) a swap the work is at most O(100·N·k²),
 * beside O(N²) for the first pair.
 */
const SWAPS_PER_MEMBER = 100

/**
 * A subset of size k (2 ≤ k < N) that no single swap improves: the best pair, grown by the best
 * addition each time, then the best swap while there is one, up to {@link SWAPS_PER_MEMBER} · k
 * swaps. Equally good steps take the smallest indices. Ascending indices.
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
    row.forEach((similarity, i) => (this.closeness[i] = (this.closeness[i] as number) + similarity))
  }

  remove(index: number): void {
    this.rows
      .get(index)
      ?.forEach((similarity, i) => (this.closeness[i] = (this.closeness[i] as number) - similarity))
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

  /**
   * The exchange that raises the objective most, if one raises it by more than the tie tolerance.
   */
  bestSwap(): { out: number; in: number } | undefined {
    let best: { out: number; in: number } | undefined
    let bestRise = TIE_TOLERANCE
    for (const out of this.members.toSorted((a, b) => a - b)) {
      const row = this.rows.get(out) as Float64Array
      const loss = this.gainOf(out)
      for (let i = 0; i < this.similarities.size; i++) {
        const rise = this.gainOf(i) + this.weights.pair * (row[i] as number) - loss
        if (rise > bestRise && !this.rows.has(i)) {
          best = { out, in: i }
          bestRise = rise + TIE_TOLERANCE
        }
      }
    }
    return best
  }

  /**
   * What candidate i adds to the objective beside the present members (for a member: what it adds
   * beside the others).
   */
  private gainOf(i: number): number {
    return (this.weights.member[i] as number) - this.weights.pair * (this.closeness[i] as number)
  }
}
