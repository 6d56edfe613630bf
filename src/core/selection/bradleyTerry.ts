// The Bradley–Terry model with linear rewards: logistic regression on differences of features.
import { choleskyFactor, choleskySolve } from './cholesky'

/** Preferences as differences of features: chosen minus rejected, one row each. */
export interface Differences {
  /** Row-major; may be longer than `count` rows. */
  rows: Float64Array
  count: number
  dim: number
}

export interface FittedModel {
  weights: Float64Array
  /** −∇² of the log posterior at `weights`, dim × dim; only its lower triangle is filled. */
  precision: Float64Array
}

/** Newton's method stops when no weight moves by more than this. */
const CONVERGED = 1e-8
const MOST_STEPS = 50
/** Limits a step, so that separable data does not make the first steps diverge. */
const LONGEST_STEP = 10

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * w = argmax Σ log σ(w·d) − |w|²/(2τ), the maximum of the posterior under the prior N(0, τ·I).
 * Strictly concave, so the result does not depend on the start.
 * @param start weights of an earlier fit, which saves steps.
 */
export function fitBradleyTerry(
  { rows, count, dim }: Differences,
  priorVariance: number,
  start?: Float64Array,
): FittedModel {
  const weights = start ? Float64Array.from(start) : new Float64Array(dim)
  for (let step = 0; ; step++) {
    const gradient = weights.map((weight) => -weight / priorVariance)
    const precision = new Float64Array(dim * dim)
    for (let i = 0; i < dim; i++) precision[i * dim + i] = 1 / priorVariance
    for (let row = 0; row < count; row++) {
      const from = row * dim
      let margin = 0
      for (let i = 0; i < dim; i++) margin += weights[i]! * rows[from + i]!
      const share = sigmoid(margin)
      const curvature = share * (1 - share)
      for (let i = 0; i < dim; i++) {
        const value = rows[from + i]!
        gradient[i]! += (1 - share) * value
        const scaled = curvature * value
        for (let j = 0; j <= i; j++) precision[i * dim + j]! += scaled * rows[from + j]!
      }
    }
    if (step === MOST_STEPS) return { weights, precision }
    const move = choleskySolve(choleskyFactor(precision, dim), dim, gradient)
    const length = Math.hypot(...move)
    const scale = Math.min(1, LONGEST_STEP / length)
    let largest = 0
    for (let i = 0; i < dim; i++) {
      weights[i]! += scale * move[i]!
      largest = Math.max(largest, Math.abs(move[i]!))
    }
    if (largest < CONVERGED) return { weights, precision }
  }
}
