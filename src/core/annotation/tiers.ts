// What single preferences say of two candidates.
import type { Preference } from '../../shared/domain'

/**
 * How many tiers the first candidate is above the second one: negative where it is below, 0 in the
 * same tier or for a tie; undefined where the preference does not compare them.
 */
export function tiersAbove(
  preference: Preference,
  first: string,
  second: string,
): number | undefined {
  if (preference.kind === 'tie') return 0
  if (preference.kind !== 'ranking') return undefined
  const better = tierOf(preference.tiers, first)
  const worse = tierOf(preference.tiers, second)
  return better === -1 || worse === -1 ? undefined : worse - better
}

/**
 * What the preferences that compare two candidates say: 1 for the first candidate, −1 for the
 * second one, 0 for neither.
 */
export const outcomesOf = (
  preferences: readonly Preference[],
  first: string,
  second: string,
): (1 | 0 | -1)[] =>
  preferences.flatMap((each) => {
    const tiers = tiersAbove(each, first, second)
    return tiers === undefined ? [] : [tiers > 0 ? 1 : tiers < 0 ? -1 : 0]
  })

/** From 0, best first; −1 for a candidate that was not ranked. */
export const tierOf = (tiers: readonly (readonly string[])[], candidateId: string): number =>
  tiers.findIndex((ids) => ids.includes(candidateId))
