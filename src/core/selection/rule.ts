// What a selection rule is: an id, what it needs, and how it chooses k candidates of a pool.
import type { FoundSubset } from '../aepo/select'
import type { Similarities } from '../aepo/similarity'
import type { Posterior } from './posterior'

/** A pool for rules that see vectors alone. */
interface VectorPool {
  /** Ids of the candidates, in pool order. */
  ids: readonly string[]
  similarities: Similarities
  /** Weight of diversity; only AEPO reads it. */
  lambda: number
  /** Unsigned 32-bit; only the random rule reads it. */
  seed: number
}

/** A pool for rules that learn from labels. */
interface LearnedPool {
  /** Row-major, one row of `posterior.dim` features per candidate. */
  features: Float64Array
  posterior: Posterior
}

/** Needs no label and no score. */
export interface VectorRule {
  needs: 'vectors'
  /** @param k at most the size of the pool. */
  choose(pool: VectorPool, k: number): FoundSubset
}

/** Learns from the labels given so far. */
export interface LabelRule {
  needs: 'labels'
  /** `preferences`: what the labels say; `comparisons`: only which texts were compared. */
  learnsFrom: 'preferences' | 'comparisons'
  /** How many labels it needs before it selects. */
  fewestLabels: number
  /**
   * @param k at most the size of the pool.
   * @returns ascending indices.
   */
  choose(pool: LearnedPool, k: number): readonly number[]
  /** How much a label of this pool is wanted, for rules that also choose the next prompt. */
  urgency?: (pool: LearnedPool) => number
}

/** Sees the scores of all candidates: an upper bound for simulations, never for the product. */
export interface ScoreRule {
  needs: 'scores'
  /**
   * @param scores one per candidate; higher is better.
   * @param k at most the size of the pool.
   * @returns ascending indices.
   */
  choose(scores: ArrayLike<number>, k: number): readonly number[]
}

export type SelectionRule = VectorRule | LabelRule | ScoreRule
