// Labels replayed on judged responses: what the analysis says of the first n, and what came when a
// hundred more were given.
import { contradictedLabels } from '../../src/core/labelAnalysis/contradicted'
import { type JudgedLabel, learningCurve } from '../../src/core/labelAnalysis/learningCurve'
import { uniform } from '../../src/core/sampling/random'
import { PRIOR_VARIANCE } from '../../src/core/selection/learner'
import { dot } from '../../src/core/selection/posterior'
import { RewardModel } from '../../src/core/selection/rewardModel'
import type { SimulationData } from '../../src/core/simulation/data'
import { mixedSeed, permutation } from '../../src/core/simulation/draws'
import { type SimulatedLabel, SimulatedLabelling } from '../../src/core/simulation/labelling'
import type { LearningCurve } from '../../src/shared/labelAnalysis'

const MORE = 100
const HELD_OUT = 0.25
/** Draws of pools of the held-out prompts, each labelled so many times over. */
const TEST_DRAWS = 3
/** Share of the labels that are turned round to see which of them are found. */
const WRONG = 0.1

export interface Replay {
  labels: number
  curve: LearningCurve
  /** Accuracy on labels of held-out prompts, with these labels and with a hundred more. */
  accuracy: number
  later: number
  /** Labels turned round, labels that the model contradicts then, and those that are both. */
  wrong: number
  found: number
  both: number
}

export interface ReplaySettings {
  rule: 'aepo' | 'random'
  /** Candidates in a pool. */
  n: number
}

/** One random division of the prompts, labelled up to the largest number and a hundred more. */
export function replay(
  data: SimulationData,
  settings: ReplaySettings,
  numbers: readonly number[],
  seed: number,
): Replay[] {
  const order = permutation(data.prompts.length, mixedSeed(seed, 77, 0, 0))
  const heldOut = order.slice(0, Math.round(HELD_OUT * order.length))
  const train = order.slice(heldOut.length)
  const given = labelsOf(data, settings, train, seed, Math.max(...numbers) + MORE)
  const test = Array.from({ length: TEST_DRAWS }, (_, draw) =>
    labelsOf(data, settings, heldOut, mixedSeed(seed, 78, draw, 0), TEST_DRAWS * heldOut.length),
  ).flat()
  const accuracyWith = (count: number): number =>
    accuracyOf(test, fitted(data.dim, given.slice(0, count)))
  return numbers.flatMap((labels): Replay[] => {
    if (given.length < labels + MORE) return []
    const judged = given.slice(0, labels).map(judgedLabel)
    const fit = learningCurve(judged, { dim: data.dim, priorVariance: PRIOR_VARIANCE })
    if (!fit) return []
    const { curve } = fit
    const accuracy = accuracyWith(labels)
    const later = accuracyWith(labels + MORE)
    return [{ labels, curve, accuracy, later, ...wrongLabels(data.dim, judged, seed) }]
  })
}

function labelsOf(
  data: SimulationData,
  { rule, n }: ReplaySettings,
  prompts: readonly number[],
  seed: number,
  count: number,
): SimulatedLabel[] {
  const settings = { rule, n, lambda: 0.5, k: 2, degenerate: 0, kinds: [] }
  const labelling = new SimulatedLabelling(
    data,
    { ...settings, priorVariance: PRIOR_VARIANCE },
    prompts,
    seed,
  )
  return Array.from({ length: count }, () => labelling.next()).flatMap((label) => label ?? [])
}

/** The length of the texts is not known here: the baseline plays no part in a replay. */
const judgedLabel = ({ prompt, observations }: SimulatedLabel): JudgedLabel => ({
  promptId: String(prompt),
  differences: observations.flatMap(({ difference, isDecisive }) =>
    isDecisive ? [difference] : [],
  ),
  longer: 0.5,
})

function fitted(dim: number, labels: readonly SimulatedLabel[]): Float64Array {
  const model = new RewardModel(dim, PRIOR_VARIANCE)
  for (const { observations } of labels) model.add(observations)
  return model.fit().weights
}

function accuracyOf(labels: readonly SimulatedLabel[], weights: Float64Array): number {
  const decided = labels.flatMap(({ observations }) =>
    observations.filter(({ isDecisive }) => isDecisive),
  )
  const right = decided.filter(({ difference }) => dot(difference, weights) > 0)
  return right.length / decided.length
}

/** Turns random labels round and counts those that the analysis finds. */
function wrongLabels(
  dim: number,
  labels: readonly JudgedLabel[],
  seed: number,
): Pick<Replay, 'wrong' | 'found' | 'both'> {
  const isWrong = labels.map(
    ({ differences }, place) =>
      differences.length > 0 && uniform(mixedSeed(seed, 79, 0, 0), place) < WRONG,
  )
  const turned = labels.map((label, place) => ({
    ...label,
    differences: isWrong[place]
      ? label.differences.map((difference) => difference.map((value) => -value))
      : label.differences,
  }))
  const fit = learningCurve(turned, { dim, priorVariance: PRIOR_VARIANCE })
  const found = fit ? [...contradictedLabels(turned, fit.curve, fit.probability).keys()] : []
  return {
    wrong: isWrong.filter(Boolean).length,
    found: found.length,
    both: found.filter((place) => isWrong[place]).length,
  }
}
