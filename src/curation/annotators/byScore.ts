// Annotators that rank texts by a number: the higher, the better.
import type { Preference } from '../../shared/domain'
import type { ComparedText, Comparison } from '../labelling/comparison'
import type { Annotator } from './annotator'

/** undefined where there is no score. */
export type Score = (text: string, comparison: Comparison) => number | undefined

/** Texts with equal scores share a tier; a comparison with an unscored text gets no preference. */
export const byScore =
  (score: Score): Annotator =>
  (comparison) =>
    Promise.resolve(rank(comparison.texts, ({ text }) => score(text, comparison)))

function rank(
  texts: readonly ComparedText[],
  scoreOf: (text: ComparedText) => number | undefined,
): Preference | null {
  const tiers = new Map<number, string[]>()
  for (const text of texts) {
    const score = scoreOf(text)
    if (score === undefined) return null
    tiers.set(score, [...(tiers.get(score) ?? []), text.id])
  }
  if (tiers.size < 2) return { kind: 'tie' }
  return { kind: 'ranking', tiers: [...tiers].sort(([a], [b]) => b - a).map(([, ids]) => ids) }
}
