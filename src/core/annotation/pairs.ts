// From the preferences of annotators to preference pairs.
import type { Preference } from '../../shared/domain'
import { textHash } from '../formats/ids'
import { outcomesOf } from './tiers'

export interface PreferencePair<T> {
  chosen: T
  rejected: T
}

/**
 * The pairs of one comparison that the annotators prefer by majority, in the order of `candidates`.
 *
 * A ranking votes for each candidate over each one of every lower tier; candidates of one tier,
 * ties, all bad and skips vote for nothing. Votes are counted for each unordered pair: the majority
 * wins, a draw gives no pair. A pair of equal texts gives none either: it would teach nothing.
 * @param preferences the standing one of each annotator.
 */
export function preferencePairs<T extends { id: string; text: string }>(
  candidates: readonly T[],
  preferences: readonly Preference[],
): PreferencePair<T>[] {
  return differingPairs(candidates).flatMap(([first, second]): PreferencePair<T>[] => {
    const outcomes = outcomesOf(preferences, first.id, second.id)
    const votes = outcomes.reduce((sum: number, outcome) => sum + outcome, 0)
    if (votes === 0) return []
    return [votes > 0 ? { chosen: first, rejected: second } : { chosen: second, rejected: first }]
  })
}

/** All unordered pairs of candidates with different texts, in the order of `candidates`. */
export const differingPairs = <T extends { text: string }>(candidates: readonly T[]): [T, T][] =>
  candidates.flatMap((first, place) =>
    candidates
      .slice(place + 1)
      .filter((second) => second.text.trim() !== first.text.trim())
      .map((second): [T, T] => [first, second]),
  )

/** Names the two texts of a pair in either order: short, as the keys of all rows are kept. */
export const pairKey = ({ chosen, rejected }: PreferencePair<{ text: string }>): string =>
  [chosen, rejected]
    .map(({ text }) => textHash(text))
    .toSorted()
    .join(' ')

/** Of the items with the same key the last one; items without a key stay. */
export function lastOfEach<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): readonly T[] {
  if (items.length < 2) return items
  const keys = items.map(keyOf)
  const lastPlaces = new Map(keys.map((key, place) => [key, place]))
  return items.filter((_, place) => {
    const key = keys[place]
    return key === undefined || lastPlaces.get(key) === place
  })
}
