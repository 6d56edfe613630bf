// Extremes with ties by index, so that equal pools give equal selections.
// Invariant I12.
import { TIE_TOLERANCE } from '../aepo/leader'

/**
 * The first index whose value ties with the largest; values that differ by less than 1e-9 tie.
 * @param skipped indices that do not count.
 * @returns −1 if no index counts.
 */
export function firstLargest(values: ArrayLike<number>, skipped: readonly number[] = []): number {
  let largest = -Infinity
  for (let i = 0; i < values.length; i++)
    if (values[i]! > largest && !skipped.includes(i)) largest = values[i]!
  for (let i = 0; i < values.length; i++)
    if (values[i]! >= largest - TIE_TOLERANCE && !skipped.includes(i)) return i
  return -1
}

/** The first index of the largest value; only equal values tie. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}

/**
 * Grows a subset to size k: adds, each time, the candidate with the largest value.
 * @param valuesFor the values of all candidates, given the members in the order of their addition.
 * @returns ascending indices.
 */
export function grow(
  members: readonly number[],
  k: number,
  valuesFor: (members: readonly number[]) => ArrayLike<number>,
): readonly number[] {
  const grown = [...members]
  while (grown.length < k) grown.push(firstLargest(valuesFor(grown), grown))
  return ascending(grown)
}

/**
 * Grows the pair with the largest value to size k: adds, each time, the candidate with the largest
 * sum of values with the members. For k = 1 it is the first of the pair.
 * @param values of pairs: symmetric, a row per candidate.
 * @param k at most the number of candidates.
 * @returns ascending indices.
 */
export const growLargestPair = (values: readonly Float64Array[], k: number): readonly number[] =>
  grow(largestPair(values).slice(0, k), k, (members) =>
    Float64Array.from(values, (_, i) =>
      members.reduce((sum, member) => sum + values[member]![i]!, 0),
    ),
  )

function largestPair(values: readonly Float64Array[]): number[] {
  const best = values.map((row, i) => Math.max(-Infinity, ...row.subarray(i + 1)))
  const i = firstLargest(best)
  if (i < 0) return []
  const j = firstLargest(values[i]!.subarray(i + 1))
  return j < 0 ? [i] : [i, i + 1 + j]
}

/** A sorted copy. */
export const ascending = (indices: readonly number[]): number[] => indices.toSorted((a, b) => a - b)
