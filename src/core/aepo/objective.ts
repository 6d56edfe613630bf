// The AEPO objective of a subset (Honda & Jinnai, arXiv 2405.13541), and its form as a sum over
// members and pairs.
import type { Similarities } from './similarity'

export interface Terms {
  objective: number
  representativeness: number
  redundancy: number
}

/**
 * The objective of `subset` (k distinct indices) in a pool of N:
 *
 *     representativeness = Σ_{i∈X} Σ_j S_ij / ((N−1)·k)      0 for N = 1
 *     redundancy         = Σ_{i≠j∈X} S_ij / (k·(k−1))         0 for k = 1
 *     objective          = representativeness − λ · redundancy
 *
 * All three are 0 for an empty subset.
 */
export function termsOf(
  similarities: Similarities,
  subset: readonly number[],
  lambda: number,
): Terms {
  const k = subset.length
  const { member, pair } = weightsOf(similarities, k, 1)
  let representativeness = 0
  let redundancy = 0
  subset.forEach((i, position) => {
    representativeness += member[i]!
    for (let earlier = 0; earlier < position; earlier++)
      redundancy += pair * similarities.at(subset[earlier]!, i)
  })
  return { objective: representativeness - lambda * redundancy, representativeness, redundancy }
}

/** objective(X) = Σ_{i∈X} member[i] − pair · Σ_{i<j∈X} S_ij, for subsets of one size. */
export interface Weights {
  readonly member: Float64Array
  readonly pair: number
}

/**
 * The weights of subsets of size k: member[i] = Σ_j S_ij / ((N−1)·k) and
 * pair = 2λ / (k·(k−1)).
 */
export function weightsOf(similarities: Similarities, k: number, lambda: number): Weights {
  const others = similarities.size - 1
  const scale = others > 0 && k > 0 ? 1 / (others * k) : 0
  return {
    member: similarities.rowSums.map((sum) => sum * scale),
    pair: k > 1 ? (2 * lambda) / (k * (k - 1)) : 0,
  }
}
