// Keeps the posterior of linear rewards up to date, label by label.
import { type FittedModel, sigmoid } from './bradleyTerry'
import { choleskyFactor, choleskyInverse } from './cholesky'
import { addOuterProducts } from './outerProducts'
import { dot, imageOf, type Posterior } from './posterior'
import { type Observation, RewardModel } from './rewardModel'
import type { LabelRule } from './rule'

/** Variance of a weight before the first label (τ). */
export const PRIOR_VARIANCE = 3
/** A Laplace posterior is fitted again after so many labels: the first time after as many. */
export const REFIT_EVERY = 25
/** Least information of a comparison whose outcome the model takes for certain. */
export const LEAST_INFORMATION = 0.02

/**
 * Learning from preferences keeps the Laplace approximation of the Bradley–Terry posterior:
 * Σ = (Σ π(1−π)·d·dᵀ + I/τ)⁻¹, fitted again every 25 labels. Learning from comparisons
 * keeps V⁻¹ = (Σ d·dᵀ + I/τ)⁻¹. Between fits, each comparison updates Σ by rank one.
 */
export class Learner {
  readonly posterior: Posterior
  labels = 0
  private readonly model: RewardModel

  constructor(
    dim: number,
    private readonly learnsFrom: LabelRule['learnsFrom'],
    priorVariance = PRIOR_VARIANCE,
  ) {
    const covariance = new Float64Array(dim * dim)
    for (let i = 0; i < dim; i++) covariance[i * dim + i] = priorVariance
    this.posterior = { dim, mean: new Float64Array(dim), covariance }
    this.model = new RewardModel(dim, priorVariance)
  }

  /**
   * What a learner knows after these labels, in this order. Each matrix is inverted once at most:
   * with thousands of labels that is several times faster than {@link observe}.
   * @param fit of the first of these labels, where it is known: the result is the same bit for bit.
   */
  static after(
    labels: readonly (readonly Observation[])[],
    dim: number,
    learnsFrom: LabelRule['learnsFrom'],
    fit: Fit = fitTo(labels, dim, learnsFrom),
  ): Learner {
    const learner = new Learner(dim, learnsFrom)
    for (const observations of labels.slice(0, fit.labels)) learner.model.add(observations)
    learner.labels = fit.labels
    if (fit.labels > 0 || learnsFrom === 'comparisons') learner.set(fit)
    for (const observations of labels.slice(fit.labels)) learner.observe(observations)
    return learner
  }

  /** Takes in the comparisons of one label. */
  observe(observations: readonly Observation[]): void {
    this.labels++
    this.model.add(observations)
    for (const { difference } of observations) this.shrinkAlong(difference)
    if (this.learnsFrom === 'preferences' && this.labels % REFIT_EVERY === 0) this.refit()
  }

  private refit(): void {
    this.set(this.model.fit())
  }

  private set({ weights, precision }: FittedModel): void {
    const { dim, mean, covariance } = this.posterior
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

/** What does not change when labels are added after these. */
export interface Fit extends FittedModel {
  /** How many labels it is of. */
  labels: number
}

/**
 * The fit that {@link Learner.after} begins with: of all labels for comparisons, of a multiple of
 * 25 for preferences.
 * @param earlier a fit of the first of these labels. It saves work, and the result is the same bit
 *   for bit: sums of comparisons go on from it, and a fit of as many preferences is taken as it is.
 */
export function fitTo(
  labels: readonly (readonly Observation[])[],
  dim: number,
  learnsFrom: LabelRule['learnsFrom'],
  earlier: Fit = priorFit(dim),
): Fit {
  if (learnsFrom === 'comparisons') {
    const precision = Float64Array.from(earlier.precision)
    const added = labels.slice(earlier.labels).flat()
    addOuterProducts(precision, differencesOf(added), dim)
    return { ...earlier, precision, labels: labels.length }
  }
  const count = labels.length - (labels.length % REFIT_EVERY)
  if (earlier.labels === count) return earlier
  const model = new RewardModel(dim, PRIOR_VARIANCE)
  for (const observations of labels.slice(0, count)) model.add(observations)
  return { ...model.fit(), labels: count }
}

function priorFit(dim: number): Fit {
  const precision = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) precision[i * dim + i] = 1 / PRIOR_VARIANCE
  return { weights: new Float64Array(dim), precision, labels: 0 }
}

const differencesOf = (observations: readonly Observation[]): Float64Array[] =>
  observations.map(({ difference }) => difference)
