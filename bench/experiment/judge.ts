// The annotator of the experiment: replays GPT-4's scores of judged responses to the same prompt.
import { meanOf } from '../../src/core/simulation/interval'

/** Responses to one prompt that a strong judge has scored. */
export interface JudgedResponses {
  /** Unit vectors, row-major. */
  vectors: Float32Array
  scores: readonly number[]
}

/** Similarities that differ by this much have weights that differ by a factor of e. */
const BANDWIDTH = 0.05

/**
 * The mean score of the judged responses, weighted by their similarity to a response:
 * Σ w_r·score_r / Σ w_r with w_r = exp(cos(response, r) / {@link BANDWIDTH}).
 * @param vector the response as a unit vector.
 * @param without a judged response that does not count, for measuring the judge on it.
 */
export function judgedScore(
  { vectors, scores }: JudgedResponses,
  vector: Float32Array,
  without = -1,
): number {
  const dim = vector.length
  let weights = 0
  let sum = 0
  scores.forEach((score, row) => {
    if (row === without) return
    let similarity = 0
    for (let d = 0; d < dim; d++) similarity += vector[d]! * vectors[row * dim + d]!
    const weight = Math.exp((similarity - 1) / BANDWIDTH)
    weights += weight
    sum += weight * score
  })
  return sum / weights
}

/**
 * The share of pairs of judged responses with different scores that the judge orders as their
 * scores do, each response scored by the others; the mean over prompts.
 * @param dim numbers per vector.
 */
export function judgeAccuracy(pools: readonly JudgedResponses[], dim: number): number {
  const shares = pools.map((pool) => {
    const own = pool.scores.map((_, row) =>
      judgedScore(pool, pool.vectors.subarray(row * dim, (row + 1) * dim), row),
    )
    let right = 0
    let pairs = 0
    pool.scores.forEach((a, i) => {
      for (let j = 0; j < i; j++) {
        const b = pool.scores[j]!
        if (a === b) continue
        pairs++
        if (a > b === own[i]! > own[j]!) right++
      }
    })
    return right / pairs
  })
  return meanOf(shares)
}
