// From the preferences of annotators to single responses that are desirable or not.
import type { Preference } from '../../shared/domain'
import { tierOf } from './tiers'

export interface Desirability<T> {
  candidate: T
  desirable: boolean
}

/**
 * The best tier of a ranking is desirable, all others are undesirable; "all bad" makes each
 * undesirable; ties and skips say nothing. The majority of the annotators counts; a draw says
 * nothing. In the order of `candidates`.
 * @param preferences the standing one of each annotator.
 */
export function desirabilities<T extends { id: string }>(
  candidates: readonly T[],
  preferences: readonly Preference[],
): Desirability<T>[] {
  return candidates.flatMap((candidate) => {
    const votes = preferences.reduce((sum, each) => sum + vote(each, candidate.id), 0)
    return votes === 0 ? [] : [{ candidate, desirable: votes > 0 }]
  })
}

/** 1 for desirable, −1 for undesirable, 0 for no statement. */
function vote(preference: Preference, candidateId: string): number {
  switch (preference.kind) {
    case 'ranking': {
      const tier = tierOf(preference.tiers, candidateId)
      return tier === -1 ? 0 : tier === 0 ? 1 : -1
    }
    case 'allBad':
      return -1
    case 'tie':
    case 'skip':
      return 0
  }
}
