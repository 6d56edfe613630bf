// An oracle: the best candidate against the one at two standard deviations below the mean
// (arXiv 2502.16825).
import { ascending } from '../extremes'
import type { ScoreRule } from '../rule'
import { byScore } from './oracleBestWorst'

/** For k > 2 the k − 1 candidates nearest to that score. */
export const oracleSweetSpot: ScoreRule = {
  needs: 'scores',
  choose(scores, k) {
    const [best, ...others] = byScore(scores)
    if (best === undefined) return []
    const target = twoDeviationsBelow(scores)
    const distance = (i: number): number => Math.abs(scores[i]! - target)
    others.sort((a, b) => distance(a) - distance(b) || a - b)
    return ascending([best, ...others.slice(0, k - 1)])
  },
}

/** μ − 2σ of the scores of the pool. */
function twoDeviationsBelow(scores: ArrayLike<number>): number {
  const values = Array.from(scores)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return mean - 2 * Math.sqrt(variance)
}
