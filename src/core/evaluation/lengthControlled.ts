// The win rate at equal lengths: judges and people prefer longer responses, whatever they say.
import type { Estimate, LengthRefusal } from '../../shared/evaluation'
import { Z } from '../annotation/statistics'
import { sigmoid } from '../selection/bradleyTerry'
import { fitScored } from './scoredDifferences'
import type { JudgedPair } from './votes'

/** With fewer prompts two coefficients say next to nothing. */
export const FEWEST_FOR_LENGTH = 20

/** Of both coefficients, in squared log-odds: it only keeps them finite. */
const PRIOR_VARIANCE = 100

/**
 * σ(β₀) of the logistic regression P(A wins) = σ(β₀ + β₁·d/s), where d is the difference of the
 * lengths and s the root of its mean square: what the win rate would be at equal lengths. As in
 * length-controlled AlpacaEval (arXiv 2404.04475), but for its term for the difficulty of each
 * instruction, which needs votes on many models, and for its tanh of the difference. The interval
 * is that of the Laplace approximation. The pairs of a prompt weigh 1 together.
 */
export function lengthControlledRate(pairs: readonly JudgedPair[]): Estimate | LengthRefusal {
  const perPrompt = new Map<string, number>()
  for (const { promptId } of pairs) perPrompt.set(promptId, (perPrompt.get(promptId) ?? 0) + 1)
  if (perPrompt.size < FEWEST_FOR_LENGTH) return 'few'
  const [first] = pairs
  if (pairs.every(({ score }) => score === first?.score) && first?.score !== 0.5) return 'oneSided'
  const spread = Math.sqrt(meanSquare(pairs.map(({ lengthDifference }) => lengthDifference)))
  if (pairs.every(({ lengthDifference }) => lengthDifference === first?.lengthDifference))
    return 'equalLengths'
  const scored = pairs.map(({ promptId, score, lengthDifference }) => ({
    features: [1, lengthDifference / spread],
    score,
    weight: 1 / (perPrompt.get(promptId) ?? 1),
  }))
  const { weights, covariance } = fitScored(scored, 2, PRIOR_VARIANCE)
  const [atEqual, reach] = [weights[0]!, Z * Math.sqrt(covariance[0]!)]
  return {
    rate: sigmoid(atEqual),
    low: sigmoid(atEqual - reach),
    high: sigmoid(atEqual + reach),
  }
}

const meanSquare = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length
