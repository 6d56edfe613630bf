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

export const ascending = (indices: readonly number[]): number[] => indices.toSorted((a, b) => a - b)
