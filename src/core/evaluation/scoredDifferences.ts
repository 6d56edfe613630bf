// The Bradley–Terry model on pairs with scores: ties and means of several votes lie between a win
// and a loss.
import { fitBradleyTerry } from '../selection/bradleyTerry'
import { choleskyFactor, choleskyInverse } from '../selection/cholesky'

export interface ScoredDifference {
  /** Of the first of the pair minus the second, `dim` of them. */
  features: readonly number[]
  /** 1 where the first one won, 0 where the second one did. */
  score: number
  weight: number
}

/** The Laplace approximation of the posterior. */
export interface ScoredFit {
  weights: Float64Array
  /** dim × dim */
  covariance: Float64Array
}

/** Each pair is two rows: a win with the weight of its score, and a loss with the rest. */
export function fitScored(
  pairs: readonly ScoredDifference[],
  dim: number,
  priorVariance: number,
): ScoredFit {
  const count = 2 * pairs.length
  const rows = new Float64Array(dim * count)
  const weights = new Float64Array(count)
  for (const [place, { features, score, weight }] of pairs.entries()) {
    const [win, loss] = [2 * place, 2 * place + 1]
    const opposite = features.map((value) => -value)
    rows.set(features, win * dim)
    rows.set(opposite, loss * dim)
    weights[win] = score * weight
    weights[loss] = (1 - score) * weight
  }
  const fitted = fitBradleyTerry({ rows, weights, count, dim }, priorVariance)
  const covariance = choleskyInverse(choleskyFactor(fitted.precision, dim), dim)
  return { weights: fitted.weights, covariance }
}
