// The win rate at equal lengths: judges and people prefer longer responses, whatever they say.
import type { Estimate, LengthRefusal } from '../../shared/evaluation'
import { Z } from '../annotation/statistics'
import { type Differences, fitBradleyTerry, sigmoid } from '../selection/bradleyTerry'
import { choleskyFactor, choleskyInverse } from '../selection/cholesky'
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
  const data = rowsOf(pairs, spread, (promptId) => 1 / (perPrompt.get(promptId) ?? 1))
  const { weights, precision } = fitBradleyTerry(data, PRIOR_VARIANCE)
  const covariance = choleskyInverse(choleskyFactor(precision, 2), 2)
  const [atEqual, reach] = [weights[0]!, Z * Math.sqrt(covariance[0]!)]
  return {
    rate: sigmoid(atEqual),
    low: sigmoid(atEqual - reach),
    high: sigmoid(atEqual + reach),
  }
}

/** Each pair is two rows: a win of A with the weight of its score, and a win of B with the rest. */
function rowsOf(
  pairs: readonly JudgedPair[],
  spread: number,
  weightOf: (promptId: string) => number,
): Differences {
  const count = 2 * pairs.length
  const rows = new Float64Array(2 * count)
  const weights = new Float64Array(count)
  for (const [place, { promptId, score, lengthDifference }] of pairs.entries()) {
    const features = [1, lengthDifference / spread]
    rows.set(features, 4 * place)
    rows.set(
      features.map((value) => -value),
      4 * place + 2,
    )
    weights[2 * place] = score * weightOf(promptId)
    weights[2 * place + 1] = (1 - score) * weightOf(promptId)
  }
  return { rows, weights, count, dim: 2 }
}

const meanSquare = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length
