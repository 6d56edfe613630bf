// Means of values that come in clusters: labels of one prompt are not independent.
import type { Interval } from '../../shared/simulation'
import { interval } from '../annotation/statistics'
import { meanOf, tQuantile } from '../simulation/interval'

export interface ClusteredMean {
  mean: number
  /** Of the mean; NaN for a single cluster. */
  variance: number
  clusters: number
}

/** @param clusterOf the cluster of each value. */
export function clusteredMean(
  values: readonly number[],
  clusterOf: readonly string[],
): ClusteredMean {
  const mean = meanOf(values)
  const sums = new Map<string, number>()
  values.forEach((value, i) =>
    sums.set(clusterOf[i]!, (sums.get(clusterOf[i]!) ?? 0) + value - mean),
  )
  const squares = [...sums.values()].reduce((sum, each) => sum + each * each, 0)
  const clusters = sums.size
  return {
    mean,
    variance: (squares / values.length ** 2) * (clusters / (clusters - 1)),
    clusters,
  }
}

/** The 95 % interval by Student's t. @param added a variance of another source. */
export function intervalOfClustered(
  { mean, variance, clusters }: ClusteredMean,
  added = 0,
): Interval {
  const reach = tQuantile(clusters - 1) * Math.sqrt(variance + added)
  return { mean, low: mean - reach, high: mean + reach }
}

/**
 * The 95 % interval of a mean of shares by Wilson, as of so many independent outcomes as give the
 * same variance, at most `values`: it is not empty where all shares are the same.
 */
export function intervalOfShares({ mean, variance }: ClusteredMean, values: number): Interval {
  const of = variance > 0 ? Math.min(values, (mean * (1 - mean)) / variance) : values
  const [low, high] = interval({ count: mean * of, of })
  return { mean, low, high }
}
