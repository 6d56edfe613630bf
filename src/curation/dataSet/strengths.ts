// The strength of the generators of a curation, from all labels of all annotators.
import * as l10n from '@vscode/l10n'
import { outcomesOf } from '../../core/annotation/tiers'
import { signedElo } from '../../core/evaluation/elo'
import { type Meeting, strengths } from '../../core/evaluation/strengths'
import { mean } from '../../core/annotation/statistics'
import type { Candidate } from '../../shared/domain'
import type { StrengthGroup } from '../../shared/evaluation'
import type { Curation } from '../curation'
import type { AnnotatedComparison } from './comparisons'
import { modelName } from '../engine'

/**
 * For each round whose selections had candidates of several generators, and for all rounds together
 * where there are several such rounds. A selection counts once for each two generators.
 */
export function generatorStrengths(curation: Curation): StrengthGroup[] {
  const rounds = curation.rounds.flatMap(({ number }) => {
    const meetings = meetingsIn(curation, [number])
    return meetings.length === 0 ? [] : [{ round: number, meetings }]
  })
  const all =
    rounds.length > 1 ? [{ round: null, meetings: rounds.flatMap(({ meetings }) => meetings) }] : []
  return [...all, ...rounds].flatMap(({ round, meetings }) =>
    strengths(meetings).map((generators) => ({ round, generators })),
  )
}

const meetingsIn = (curation: Curation, rounds: readonly number[]): Meeting[] =>
  curation.comparisons.shown(rounds).flatMap((comparison) => meetingsOf(curation, comparison))

/** The mean over annotators and pairs of candidates for each two generators. */
function meetingsOf(
  curation: Curation,
  { candidates, preferences }: AnnotatedComparison,
): Meeting[] {
  const scores = new Map<string, { one: string; other: string; scores: number[] }>()
  for (const [place, first] of candidates.entries())
    for (const second of candidates.slice(place + 1)) {
      const names = [generatorOf(curation, first), generatorOf(curation, second)] as const
      const [one, other] = names[0] < names[1] ? names : [names[1], names[0]]
      if (one === other) continue
      const [a, b] = one === names[0] ? [first, second] : [second, first]
      const outcomes = outcomesOf(preferences, a.id, b.id)
      const key = JSON.stringify([one, other])
      const known = scores.get(key) ?? { one, other, scores: [] }
      known.scores.push(...outcomes.map((outcome) => (1 + outcome) / 2))
      scores.set(key, known)
    }
  return [...scores.values()].flatMap(({ one, other, scores: found }) => {
    const score = mean(found)
    return score === null ? [] : [{ one, other, score }]
  })
}

/** What the source of a candidate is called: its model, and its server where it has one. */
function generatorOf({ store }: Curation, { origin, generationId }: Candidate): string {
  if (origin !== undefined) return origin
  const generation = store.candidates.generation(generationId)
  if (!generation) return generationId
  const { model, server } = generation
  return server === undefined ? modelName(model) : `${modelName(model)} @ ${server}`
}

/** How many generators a sentence names. */
const MOST_NAMED = 8

/** "Strength of generators in round 2 …: a +35 (−20 to +90), b −35 (−90 to +20)." */
export function strengthSentence({ round, generators }: StrengthGroup): string {
  const named = generators
    .slice(0, MOST_NAMED)
    .map(
      ({ generator, strength, low, high }) =>
        l10n.t`${generator} ${signedElo(strength)} (${signedElo(low)} to ${signedElo(high)})`,
    )
  const others = generators.length - named.length
  if (others > 0) named.push(l10n.t('{0} weaker ones, listed by --json', others))
  const list = named.join(', ')
  return round === null
    ? l10n.t`Strength of generators in all rounds (Elo points, 95 % intervals): ${list}.`
    : l10n.t`Strength of generators in round ${round} (Elo points, 95 % intervals): ${list}.`
}
