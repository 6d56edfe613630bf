// The best subset of a pool: exact where that is affordable, else a local optimum.
// Invariant I12.
import { bestOfAll, bestPair, bestSingle, bestTriple, isEnumerable } from './exactSearch'
import { locallyBest } from './localSearch'
import { type Weights, weightsOf } from './objective'
import type { Similarities } from './similarity'

export interface FoundSubset {
  /** Ascending indices in the pool. */
  subset: readonly number[]
  /** Whether the subset is proven optimal. */
  exact: boolean
}

/** The subset of size k with the largest AEPO objective that was found. */
export const bestSubset = (similarities: Similarities, k: number, lambda: number): FoundSubset =>
  bestByWeights(similarities, weightsOf(similarities, k, lambda), k)

/**
 * The subset of size k with the largest Σ_{i∈X} member[i] − pair · Σ_{i<j∈X} S_ij that was found.
 * Optimal for k ≤ 3, and for larger k if the subsets can be enumerated. Ties go to the
 * lexicographically smallest indices.
 */
export function bestByWeights(
  similarities: Similarities,
  weights: Weights,
  k: number,
): FoundSubset {
  if (k >= similarities.size)
    return { subset: Array.from({ length: similarities.size }, (_, i) => i), exact: true }
  if (k <= 0) return { subset: [], exact: true }
  if (k === 1) return { subset: bestSingle(weights), exact: true }
  if (k === 2) return { subset: bestPair(similarities, weights), exact: true }
  if (k === 3)
    return {
      subset: bestTriple(similarities, weights, locallyBest(similarities, weights, k)),
      exact: true,
    }
  if (isEnumerable(similarities.size, k))
    return { subset: bestOfAll(similarities, weights, k), exact: true }
  return { subset: locallyBest(similarities, weights, k), exact: false }
}
