// The best subset offered so far, whatever the order of offers. Ties go to the lexicographically
// smallest indices.

/**
 * Objectives that differ by less are a tie. Sums of doubles in different order differ by about
 * 1e-15; real differences are larger than this. Only a tie with the best objective of all subsets
 * counts, so the result does not depend on the order of the search.
 */
export const TIE_TOLERANCE = 1e-9

interface Entry {
  value: number
  /** Ascending indices. */
  subset: readonly number[]
}

export class Leader {
  /**
   * Subsets that can still win, ascending in value and in lexicographic order, all within the
   * tolerance of the last.
   */
  private front: Entry[] = []

  /** The largest objective offered; −∞ before the first. */
  get value(): number {
    return this.front.at(-1)?.value ?? -Infinity
  }

  /** The lexicographically smallest of the subsets that tie with the largest objective. */
  get subset(): readonly number[] {
    return this.front[0]?.subset ?? []
  }

  /** A subset with a smaller objective cannot win. */
  get floor(): number {
    return this.value - TIE_TOLERANCE
  }

  /**
   * Whether no subset with an objective of at most `bound` can change {@link subset}.
   * @param smallest returns the lexicographically smallest of them; called only when the objective
   *   alone does not decide.
   */
  isBeyond(bound: number, smallest: () => readonly number[]): boolean {
    if (bound < this.floor) return true
    if (bound > this.value) return false
    const first = smallest()
    return this.front.some(
      (entry) => entry.value >= bound && compareIndices(entry.subset, first) <= 0,
    )
  }

  /** @param subset ascending indices; copied when kept. */
  offer(value: number, subset: readonly number[]): void {
    if (value < this.floor) return
    const isBeaten = this.front.some(
      (entry) => entry.value >= value && compareIndices(entry.subset, subset) <= 0,
    )
    if (isBeaten) return
    const best = Math.max(value, this.value)
    const kept = this.front.filter(
      (entry) =>
        entry.value >= best - TIE_TOLERANCE &&
        (entry.value > value || compareIndices(entry.subset, subset) < 0),
    )
    const place = kept.findIndex((entry) => entry.value > value)
    kept.splice(place < 0 ? kept.length : place, 0, { value, subset: [...subset] })
    this.front = kept
  }
}

function compareIndices(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return 0
}
