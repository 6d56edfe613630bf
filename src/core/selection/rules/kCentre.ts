// Greedy k-centre (Gonzalez 1985; for active learning Sener & Savarese, arXiv 1708.00489).
import { firstLargest, grow } from '../extremes'
import type { VectorRule } from '../rule'

/**
 * Starts with the candidate that is most similar to all others, then adds, each time, the candidate
 * that is least similar to its nearest member. The largest distance of a candidate to its nearest
 * member is at most twice the smallest possible.
 */
export const kCentre: VectorRule = {
  needs: 'vectors',
  choose({ similarities }, k) {
    if (k <= 0) return { subset: [], exact: true }
    const distances = new Float64Array(similarities.size).fill(Infinity)
    const subset = grow([firstLargest(similarities.rowSums)], k, (members) => {
      similarities
        .row(members.at(-1)!)
        .forEach((similarity, i) => (distances[i] = Math.min(distances[i]!, -similarity)))
      return distances
    })
    return { subset, exact: false }
  },
}
