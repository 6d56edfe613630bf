// Self-Play Preference Optimization: docs/methods/sppo.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { isEdited } from '../../annotation/edits'
import { mean } from '../../annotation/statistics'
import { outcomesOf } from '../../annotation/tiers'
import { sigmoid } from '../../selection/bradleyTerry'
import { PAIR_FIGURES } from './figures'
import type { AnnotatedPair, MethodDefinition, PairValues } from './method'
import { nullable } from '../settings/nullable'
import { beta, previousRun } from './parameters'

export const sppo = {
  id: 'sppo',
  label: 'SPPO',
  summary: l10n.t(
    'Each response moves by how often it wins against the model’s own; uses several annotators, or scores.',
  ),
  paper: { title: l10n.t('Self-Play Preference Optimization'), arxiv: '2405.00675' },
  rows: 'pairs',
  pairValues: (pair, own) => {
    const { probabilities } = own
    // Neither scores nor a judge know a text that an annotator wrote.
    if (probabilities === 'labels' || isEdited(pair.chosen) || isEdited(pair.rejected))
      return valuesOf(fromLabels(pair))
    return probabilities === 'scores' ? fromScores(pair) : fromJudge(pair)
  },
  own: z.strictObject({
    beta: beta(0.001),
    probabilities: z
      .enum(['labels', 'scores', 'judge'])
      .default('labels')
      .describe(
        'Where win probabilities come from: the labels, the scores of the candidates, or a judge.',
      ),
    judge: nullable(z.string().min(1))
      .default(null)
      .describe(
        'The judge that probabilities=judge takes. Without a value the only one that judged the curation.',
      ),
    previous: previousRun,
  }),
  figures: PAIR_FIGURES,
} as const satisfies MethodDefinition

/** Of the chosen and of the rejected response. */
type WinProbabilities = readonly [number, number]

const valuesOf = ([chosenProbability, rejectedProbability]: WinProbabilities): PairValues => ({
  success: true,
  values: { chosenProbability, rejectedProbability },
})

/**
 * From the preferences of several annotators, by {@link winProbability} over the candidates that
 * were compared. A single preference is certain: (1, 0).
 */
function fromLabels({
  chosen,
  rejected,
  candidates,
  preferences,
}: AnnotatedPair): WinProbabilities {
  const said = preferences.filter(({ kind }) => kind === 'ranking' || kind === 'tie')
  if (said.length < 2) return [1, 0]
  const wins = (first: string, second: string): number => {
    const shares = outcomesOf(said, first, second).map((outcome) => (1 + outcome) / 2)
    return mean(shares) ?? 0.5
  }
  const ids = candidates.map(({ id }) => id)
  return [winProbability(chosen.id, ids, wins), winProbability(rejected.id, ids, wins)]
}

/** From the scores of the whole pool, where σ(s − s′) is the probability to win. */
function fromScores({ chosen, rejected, pool }: AnnotatedPair): PairValues {
  const scores = new Map(
    pool.flatMap(({ id, score }) => (score === undefined ? [] : [[id, score] as const])),
  )
  const [first, second] = [scores.get(chosen.id), scores.get(rejected.id)]
  if (first === undefined || second === undefined)
    return {
      success: false,
      message: l10n.t(
        'probabilities=scores needs candidates with scores, and some have none: import them with scores, or set probabilities=labels.',
      ),
    }
  const all = [...scores.values()]
  const wins = (one: number, other: number): number => sigmoid(one - other)
  return valuesOf([winProbability(first, all, wins), winProbability(second, all, wins)])
}

/** From a judge: the mean of both orders of each pair that was compared. */
function fromJudge({ chosen, rejected, candidates, wins }: AnnotatedPair): PairValues {
  const ids = candidates.filter((one) => !isEdited(one)).map(({ id }) => id)
  const known =
    wins && ids.every((one) => ids.every((other) => one === other || wins(one, other) !== null))
  if (!known)
    return {
      success: false,
      message: l10n.t(
        'probabilities=judge needs one judge’s opinion on each pair, and some have none: run aepo judge, or name the judge.',
      ),
    }
  const probability = (one: string, other: string): number =>
    one === other ? 0.5 : (wins(one, other) ?? 0.5)
  return valuesOf([
    winProbability(chosen.id, ids, probability),
    winProbability(rejected.id, ids, probability),
  ])
}

/** The mean over all of the pool, itself among them: the formula of the paper. */
const winProbability = <T>(
  one: T,
  pool: readonly T[],
  wins: (one: T, other: T) => number,
): number => pool.reduce((sum, other) => sum + wins(one, other), 0) / pool.length
