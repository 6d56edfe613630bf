// The Bradley–Terry model with linear rewards: logistic regression on differences of features.
import { choleskyFactor, choleskySolve } from './cholesky'

/** Preferences as differences of features: chosen minus rejected, one row each. */
export interface Differences {
  /** Row-major, `count` rows. */
  rows: Float64Array
  /** How much each row counts; 1 where absent. */
  weights?: Float64Array
  count: number
  dim: number
}

export interface FittedModel {
  weights: Float64Array
  /** −∇² of the log posterior at `weights`, dim × dim; only its lower triangle is filled. */
  precision: Float64Array
}

/** Newton's method stops when no weight moves by more than this. */
const CONVERGED = 1e-6
const MOST_STEPS = 100
/** A step that does not increase the posterior is halved so many times. */
const MOST_HALVINGS = 30

/** σ(x), in (0, 1). */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * w = argmax Σ v·log σ(w·d) − |w|²/(2τ), v the weight of a row: the maximum of the posterior under
 * the prior N(0, τ·I), by Newton's method with step halving. Strictly concave, so the result does
 * not depend on the start.
 * @param start weights of an earlier fit, which saves steps.
 */
export function fitBradleyTerry(
  data: Differences,
  priorVariance: number,
  start?: Float64Array,
): FittedModel {
  const { dim } = data
  let weights = start ? Float64Array.from(start) : new Float64Array(dim)
  let value = logPosterior(data, priorVariance, weights)
  for (let step = 0; ; step++) {
    const { gradient, precision } = derivatives(data, priorVariance, weights)
    const move = choleskySolve(choleskyFactor(precision, dim), dim, gradient)
    const largest = move.reduce((most, part) => Math.max(most, Math.abs(part)), 0)
    if (largest < CONVERGED || step === MOST_STEPS) return { weights, precision }
    let scale = 1
    let next = weights
    let nextValue = -Infinity
    for (let halvings = 0; !(nextValue >= value) && halvings < MOST_HALVINGS; halvings++) {
      next = weights.map((weight, i) => weight + scale * move[i]!)
      nextValue = logPosterior(data, priorVariance, next)
      scale /= 2
    }
    if (!(nextValue >= value)) return { weights, precision }
    weights = next
    value = nextValue
  }
}

function logPosterior(
  { rows, weights: counts, count, dim }: Differences,
  priorVariance: number,
  weights: Float64Array,
): number {
  let value = 0
  for (const weight of weights) value -= (weight * weight) / (2 * priorVariance)
  for (let row = 0; row < count; row++) {
    const margin = marginOf(rows, row * dim, weights)
    // log σ(m), without overflow
    const logShare = Math.min(0, margin) - Math.log1p(Math.exp(-Math.abs(margin)))
    value += (counts ? counts[row]! : 1) * logShare
  }
  return value
}

/** Gradient of the log posterior, and the lower triangle of minus its Hessian. */
function derivatives(
  { rows, weights: counts, count, dim }: Differences,
  priorVariance: number,
  weights: Float64Array,
): { gradient: Float64Array; precision: Float64Array } {
  const gradient = weights.map((weight) => -weight / priorVariance)
  const precision = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) precision[i * dim + i] = 1 / priorVariance
  for (let row = 0; row < count; row++) {
    const from = row * dim
    const share = sigmoid(marginOf(rows, from, weights))
    const counted = counts ? counts[row]! : 1
    const curvature = counted * share * (1 - share)
    for (let i = 0; i < dim; i++) {
      const value = rows[from + i]!
      gradient[i]! += counted * (1 - share) * value
      const scaled = curvature * value
      for (let j = 0; j <= i; j++) precision[i * dim + j]! += scaled * rows[from + j]!
    }
  }
  return { gradient, precision }
}

function marginOf(rows: Float64Array, from: number, weights: Float64Array): number {
  let margin = 0
  for (let i = 0; i < weights.length; i++) margin += weights[i]! * rows[from + i]!
  return margin
}
