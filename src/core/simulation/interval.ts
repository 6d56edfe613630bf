// The 95 % interval of a mean over random splits, which share prompts and are not independent.
import type { Interval } from '../../shared/simulation'

/** The 97.5 % quantile of the normal distribution. */
const NORMAL_QUANTILE = 1.959964

/**
 * A quantile of Student's t distribution (Cornish–Fisher expansion).
 * @param z the same quantile of the normal distribution; by default that of 97.5 %.
 */
export function tQuantile(degrees: number, z = NORMAL_QUANTILE): number {
  const powers = [3, 5, 7].map((power) => z ** power) as [number, number, number]
  const [z3, z5, z7] = powers
  return (
    z +
    (z3 + z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3)
  )
}

/**
 * How much wider than alone each of several 95 % intervals is, so that with 95 % probability all of
 * them contain their values (Bonferroni).
 * @param degrees of freedom of each.
 */
export const widening = (intervals: number, degrees: number): number =>
  intervals === 1
    ? 1
    : tQuantile(degrees, upperNormalQuantile(0.025 / intervals)) / tQuantile(degrees)

/**
 * What a normal variable exceeds with this probability, at most ½ (Hastings' approximation: error
 * under 0.0005).
 */
function upperNormalQuantile(probability: number): number {
  const t = Math.sqrt(-2 * Math.log(probability))
  return (
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t ** 2) /
      (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3)
  )
}

/** A quantity on the held-out prompts of one random split; NaN where a prompt has none. */
export interface SplitValues {
  heldOut: readonly number[]
  values: ArrayLike<number>
}

/**
 * Mean with a 95 % interval for the expectation over data sets of this size, of which the file is
 * one. Two variances are added: that of the means of J splits over J, for what is drawn anew in
 * each split; and that of the prompts over their number, for what the file's prompts have in common
 * in all splits, estimated as in one-way analysis of variance.
 * @param prompts number of prompts in the file.
 */
export function intervalOf(splits: readonly SplitValues[], prompts: number): Interval {
  const perPrompt = Array.from({ length: prompts }, (): number[] => [])
  const means: number[] = []
  for (const { heldOut, values } of splits) {
    const known = heldOut.flatMap((place, i) =>
      Number.isNaN(values[i]) ? [] : [{ place, value: values[i]! }],
    )
    for (const { place, value } of known) perPrompt[place]!.push(value)
    if (known.length > 0) means.push(meanOf(known.map(({ value }) => value)))
  }
  const groups = perPrompt.filter((values) => values.length > 0)
  const mean = meanOf(means)
  if (means.length < 2 || groups.length < 2) return { mean, low: NaN, high: NaN }
  const variance = varianceOf(means) / means.length + varianceBetween(groups) / groups.length
  const reach = tQuantile(Math.min(means.length, groups.length) - 1) * Math.sqrt(variance)
  return { mean, low: mean - reach, high: mean + reach }
}

/** The variance of the groups' expectations: that of their means, less the noise within them. */
function varianceBetween(groups: readonly (readonly number[])[]): number {
  let squares = 0
  let degrees = 0
  let inverse = 0
  for (const values of groups) {
    squares += varianceOf(values) * (values.length - 1)
    degrees += values.length - 1
    inverse += 1 / values.length / groups.length
  }
  const within = degrees > 0 ? squares / degrees : 0
  return Math.max(0, varianceOf(groups.map(meanOf)) - within * inverse)
}

/** The 95 % interval of the mean of independent values. */
export function intervalOfMean(values: readonly number[]): Interval {
  const mean = meanOf(values)
  const reach =
    values.length < 2
      ? NaN
      : tQuantile(values.length - 1) * Math.sqrt(varianceOf(values) / values.length)
  return { mean, low: mean - reach, high: mean + reach }
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** With n − 1; 0 for a single value. */
function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
