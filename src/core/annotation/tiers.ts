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
  const [better, worse] = [first, second].map((id) =>
    preference.tiers.findIndex((ids) => ids.includes(id)),
  )
  if (better === undefined || worse === undefined || better < 0 || worse < 0) return undefined
  return worse - better
}
