// What preferences say of two models.
import type { Preference } from '../../shared/domain'
import { tiersAbove } from '../annotation/tiers'

/** How one pair was decided, over all annotators. */
export interface JudgedPair {
  promptId: string
  /** Mean over the votes: 1 where A is better, 0 where B is, ½ for a tie and where both are bad. */
  score: number
  /** Characters of A's response minus those of B's. */
  lengthDifference: number
}

export type Vote = 'a' | 'b' | 'tie' | 'allBad' | 'skip'

/** @param a id of the response of A. @param b of that of B. */
export function voteOf(preference: Preference, a: string, b: string): Vote {
  if (preference.kind !== 'ranking') return preference.kind
  const above = tiersAbove(preference, a, b) ?? 0
  return above > 0 ? 'a' : above < 0 ? 'b' : 'tie'
}

const SCORES = { a: 1, b: 0, tie: 0.5, allBad: 0.5 } as const

/** null for votes that say nothing: skips alone. */
export function voteScoreOf(votes: readonly Vote[]): number | null {
  const scores = votes.flatMap((vote) => (vote === 'skip' ? [] : [SCORES[vote]]))
  return scores.length === 0
    ? null
    : scores.reduce((sum: number, one) => sum + one, 0) / scores.length
}
