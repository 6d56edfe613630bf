// One random split of the prompts: labels by every rule, a reward model at each budget, and how it
// does on the held-out prompts.
import { indexOfLargest } from '../selection/extremes'
import { rewardsOf } from '../selection/posterior'
import { RewardModel } from '../selection/rewardModel'
import type { SimulatedPrompt, SimulationData } from './data'
import { splitPrompts } from './draws'
import { SimulatedLabelling } from './labelling'
import type { SimulationSettings } from './settings'

/** How a reward model does on each held-out prompt. */
interface HeldOutFigures {
  /** Share of the decided pairs in the right order; NaN without any. */
  accuracy: Float64Array
  /** Score of the response that the model ranks first. */
  best: Float64Array
}

/** One rule at one budget. */
export interface BudgetOutcome extends HeldOutFigures {
  labels: number
  /** Labels that are no tie. */
  decisive: number
  nearTies: number
  /** Sum over the labels. */
  coverage: number
}

export interface SplitOutcome {
  /** Places of the held-out prompts. */
  heldOut: number[]
  /** By rule, then by budget, in the order of the settings. */
  outcomes: BudgetOutcome[][]
}

/**
 * Labels the prompts to train on by each rule up to each budget, and fits a reward model there.
 * @param seed of the split, of the order of the prompts and of the pools.
 */
export function simulateSplit(
  data: SimulationData,
  { rules, budgets, ...common }: SimulationSettings,
  seed: number,
): SplitOutcome {
  const { train, heldOut } = splitPrompts(data.prompts.length, seed)
  const judge = (weights: Float64Array): HeldOutFigures => judgeWeights(data, heldOut, weights)
  const outcomes = rules.map((rule) => {
    const labelling = new SimulatedLabelling(data, { ...rule, ...common }, train, seed)
    const model = new RewardModel(data.dim, common.priorVariance)
    const sums = { labels: 0, decisive: 0, nearTies: 0, coverage: 0 }
    return budgets.map((budget): BudgetOutcome => {
      while (sums.labels < budget) {
        const label = labelling.next()
        if (!label) break
        model.add(label.observations)
        sums.labels++
        sums.decisive += Number(label.observations.some(({ isDecisive }) => isDecisive))
        sums.nearTies += Number(label.isNearTie)
        sums.coverage += label.coverage
      }
      return { ...sums, ...judge(model.fit().weights) }
    })
  })
  return { heldOut, outcomes }
}

function judgeWeights(
  { dim, prompts }: SimulationData,
  heldOut: readonly number[],
  weights: Float64Array,
): HeldOutFigures {
  const figures = {
    accuracy: new Float64Array(heldOut.length),
    best: new Float64Array(heldOut.length),
  }
  heldOut.forEach((place, i) => {
    const prompt = prompts[place]!
    const responses = prompt.features.subarray(0, prompt.genuine * dim)
    const rewards = rewardsOf(responses, { mean: weights, dim })
    figures.accuracy[i] = accuracyOf(prompt, rewards)
    figures.best[i] = prompt.scores[indexOfLargest(rewards)]!
  })
  return figures
}

/** Share of the decided pairs of responses in the right order; equal rewards count half. */
export function accuracyOf(
  { outcomes, scores, genuine }: SimulatedPrompt,
  rewards: ArrayLike<number>,
): number {
  let right = 0
  let decided = 0
  for (let a = 0; a < genuine; a++)
    for (let b = a + 1; b < genuine; b++) {
      const outcome = outcomes[a * scores.length + b]!
      if (outcome === 0) continue
      decided++
      const order = Math.sign(rewards[a]! - rewards[b]!)
      right += order === 0 ? 0.5 : Number(order === outcome)
    }
  return right / decided
}
