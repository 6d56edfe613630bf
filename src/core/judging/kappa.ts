// Cohen's kappa of two annotators of the same pairs, with a confidence interval.
import type { Kappa } from '../../shared/judging'
import { Z } from '../annotation/statistics'

/** -1, 0 and 1: the second response, a tie, the first one. */
export type Category = 1 | 0 | -1
/** What each of the two annotators says. */
export type Rated = readonly [Category, Category]

const CATEGORIES = [-1, 0, 1] as const

class Table {
  private readonly both: number[] = new Array<number>(9).fill(0)
  private size = 0

  add(rated: readonly Rated[], sign: 1 | -1): void {
    for (const [one, other] of rated) {
      this.both[(one + 1) * 3 + other + 1]! += sign
      this.size += sign
    }
  }

  /** null where chance alone would agree always. With an annotator that never varies it is 0. */
  kappa(): number | null {
    if (this.size === 0) return null
    const at = (one: number, other: number): number => this.both[(one + 1) * 3 + other + 1]!
    const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0)
    const observed = sum(CATEGORIES.map((each) => at(each, each))) / this.size
    const expected = sum(
      CATEGORIES.map(
        (each) =>
          (sum(CATEGORIES.map((other) => at(each, other))) *
            sum(CATEGORIES.map((other) => at(other, each)))) /
          this.size ** 2,
      ),
    )
    return expected >= 1 - 1e-12 ? null : (observed - expected) / (1 - expected)
  }
}

/**
 * Kappa over all pairs (Cohen 1960) and its 95 % interval by the jackknife over comparisons: the
 * pairs of one comparison are not independent of each other. With few comparisons, or perfect
 * agreement, the interval is too narrow. null for one comparison, and where one annotator never
 * varies: kappa is then 0 whatever the other one says, or not defined.
 * @param comparisons the pairs of each comparison.
 */
export function kappa(comparisons: readonly (readonly Rated[])[]): Kappa | null {
  const groups = comparisons.filter((pairs) => pairs.length > 0)
  if (groups.length < 2 || constantAnnotator(groups.flat()) !== null) return null
  const table = new Table()
  for (const pairs of groups) table.add(pairs, 1)
  const value = table.kappa()
  if (value === null) return null
  const without = groups.map((pairs) => {
    table.add(pairs, -1)
    const rest = table.kappa()
    table.add(pairs, 1)
    return rest ?? value
  })
  const n = groups.length
  const mean = without.reduce((all, each) => all + each, 0) / n
  const squares = without.reduce((all, each) => all + (each - mean) ** 2, 0)
  const reach = Z * Math.sqrt(((n - 1) / n) * squares)
  return { value, low: Math.max(-1, value - reach), high: Math.min(1, value + reach) }
}

/** The place of an annotator who says the same of every pair; null for nobody, or without pairs. */
export const constantAnnotator = (pairs: readonly Rated[]): 0 | 1 | null =>
  ([0, 1] as const).find((place) => new Set(pairs.map((rated) => rated[place])).size === 1) ?? null
