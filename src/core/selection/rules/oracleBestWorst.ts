// An oracle: the best candidate against the worst.
import { ascending } from '../extremes'
import type { ScoreRule } from '../rule'

/** For k > 2 candidates at evenly spaced ranks between them. */
export const oracleBestWorst: ScoreRule = {
  needs: 'scores',
  choose(scores, k) {
    const ranked = byScore(scores)
    if (k === 1) return ranked.slice(0, 1)
    const last = ranked.length - 1
    return ascending(
      Array.from({ length: k }, (_, step) => ranked[Math.round((step * last) / (k - 1))]!),
    )
  },
}

/** Indices from the highest score to the lowest; of equal scores the first index goes first. */
export const byScore = (scores: ArrayLike<number>): number[] =>
  Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
