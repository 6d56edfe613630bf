// Keeps the posterior of linear rewards up to date, label by label.
import { fitBradleyTerry, sigmoid } from './bradleyTerry'
import { choleskyFactor, choleskyInverse } from './cholesky'
import { dot, imageOf, type Posterior } from './posterior'
import type { LabelRule } from './rule'

/** One comparison: difference of the features of two texts, chosen minus rejected. */
export interface Observation {
  difference: Float64Array
  /** false for a tie: compared, but no preference. */
  isDecisive: boolean
}

/** Variance of a weight before the first label (τ). */
export const PRIOR_VARIANCE = 3
/** A Laplace posterior is fitted again after so many labels. */
const REFIT_EVERY = 25
/** Least information of a comparison whose outcome the model takes for certain. */
const LEAST_INFORMATION = 0.02

/**
 * Learning from preferences keeps the Laplace approximation of the Bradley–Terry posterior:
 * Σ = (Σ π(1−π)·d·dᵀ + I/τ)⁻¹, fitted again every 25 labels. Learning from comparisons
 * keeps V⁻¹ = (Σ d·dᵀ + I/τ)⁻¹. Between fits, each comparison updates Σ by rank one.
 */
export class Learner {
  readonly posterior: Posterior
  labels = 0
  private readonly decisive: Float64Array[] = []

  constructor(
    dim: number,
    private readonly learnsFrom: LabelRule['learnsFrom'],
    private readonly priorVariance = PRIOR_VARIANCE,
  ) {
    const covariance = new Float64Array(dim * dim)
    for (let i = 0; i < dim; i++) covariance[i * dim + i] = priorVariance
    this.posterior = { dim, mean: new Float64Array(dim), covariance }
  }

  /** Takes in the comparisons of one label. */
  observe(observations: readonly Observation[]): void {
    this.labels++
    for (const { difference, isDecisive } of observations) {
      this.shrinkAlong(difference)
      if (isDecisive) this.decisive.push(difference)
    }
    if (this.learnsFrom === 'preferences' && this.labels % REFIT_EVERY === 0) this.refit()
  }

  private refit(): void {
    const { dim, mean, covariance } = this.posterior
    const rows = new Float64Array(this.decisive.length * dim)
    this.decisive.forEach((difference, row) => rows.set(difference, row * dim))
    const differences = { rows, count: this.decisive.length, dim }
    const { weights, precision } = fitBradleyTerry(differences, this.priorVariance, mean)
    mean.set(weights)
    covariance.set(choleskyInverse(choleskyFactor(precision, dim), dim))
  }

  /** Sherman–Morrison: the covariance after one more comparison. */
  private shrinkAlong(difference: Float64Array): void {
    const { dim, covariance } = this.posterior
    const image = imageOf(difference, this.posterior)
    const scale = 1 / (this.noiseOf(difference) + dot(difference, image))
    for (let i = 0; i < dim; i++)
      for (let j = 0; j < dim; j++) covariance[i * dim + j]! -= scale * image[i]! * image[j]!
  }

  private noiseOf(difference: Float64Array): number {
    if (this.learnsFrom === 'comparisons') return 1
    const share = sigmoid(dot(difference, this.posterior.mean))
    return 1 / Math.max(share * (1 - share), LEAST_INFORMATION)
  }
}
