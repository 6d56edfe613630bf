// From the outcomes of all random splits to figures with intervals.
import type { BaselineFigures, Interval, RuleFigures } from '../../shared/simulation'
import { indexOfLargest } from '../selection/extremes'
import type { SimulationData, SimulatedPrompt } from './data'
import { intervalOf, intervalOfMean, meanOf } from './interval'
import { isBaselineOf, type SimulationSettings } from './settings'
import { accuracyOf, type BudgetOutcome, type SplitOutcome } from './split'

/** Figures of every rule at every budget, in the order of the settings. */
export function ruleFigures(
  { prompts }: SimulationData,
  { rules, budgets }: SimulationSettings,
  splits: readonly SplitOutcome[],
): RuleFigures[] {
  return rules.flatMap((settings, r) => {
    const baseline = rules.findIndex((other) => isBaselineOf(other, settings))
    return budgets.map((budget, b): RuleFigures => {
      const own = splits.map(({ outcomes }) => outcomes[r]![b]!)
      const random = splits.map(({ outcomes }) => outcomes[baseline]![b]!)
      const mean = (valueOf: (outcome: BudgetOutcome) => number): number => meanOf(own.map(valueOf))
      const labels = mean((outcome) => outcome.labels)
      const gainIn = (figure: 'accuracy' | 'best'): Interval =>
        intervalOf(
          splits.map(({ heldOut }, s) => ({
            heldOut,
            values: own[s]![figure].map((value, i) => value - random[s]![figure][i]!),
          })),
          prompts.length,
        )
      const gain = gainIn('accuracy')
      const bestGain = gainIn('best')
      const { rule, lambda, n, k } = settings
      return {
        rule,
        lambda: rule === 'aepo' ? lambda : null,
        n,
        k,
        budget,
        labels,
        accuracy: mean(({ accuracy }) => meanOf(known(accuracy))),
        gain: gain.mean,
        low: gain.low,
        high: gain.high,
        bestOfN: mean(({ best }) => meanOf([...best])),
        bestOfNGain: bestGain.mean,
        bestOfNLow: bestGain.low,
        bestOfNHigh: bestGain.high,
        decisive: mean((outcome) => outcome.decisive / outcome.labels),
        nearTies: mean((outcome) => outcome.nearTies / outcome.labels),
        coverage: mean((outcome) => outcome.coverage / outcome.labels),
      }
    })
  })
}

/** Rules without labels, on all prompts. @param lengths of the responses, per prompt. */
export function baselineFigures(
  { prompts }: SimulationData,
  lengths: readonly (readonly number[])[],
): BaselineFigures[] {
  const places = prompts.map((_, i) => i)
  const figures = (
    baseline: BaselineFigures['baseline'],
    rewardsOf: (place: number) => readonly number[],
  ): BaselineFigures => {
    const rewards = places.map(rewardsOf)
    const values = prompts.map((prompt, i) => accuracyOf(prompt, rewards[i]!))
    const { mean, low, high } = intervalOfMean(known(values))
    return {
      baseline,
      accuracy: mean,
      low,
      high,
      bestOfN: meanOf(prompts.map((prompt, i) => prompt.scores[indexOfLargest(rewards[i]!)]!)),
    }
  }
  return [
    figures('longest', (i) => lengths[i]!),
    figures('shortest', (i) => lengths[i]!.map((length) => -length)),
    figures('first', (i) => lengths[i]!.map((_, place) => -place)),
  ]
}

/** Whether annotators prefer any response of a prompt to another. */
export const isDecided = ({ outcomes }: Pick<SimulatedPrompt, 'outcomes'>): boolean =>
  outcomes.some((outcome) => outcome !== 0)

const known = (values: ArrayLike<number>): number[] =>
  Array.from(values).filter((value) => !Number.isNaN(value))
