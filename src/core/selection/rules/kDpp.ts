// Greedy MAP of a k-DPP (Kulesza & Taskar, arXiv 1207.6083; the greedy algorithm of Chen, Zhang &
// Zhou, arXiv 1709.05135).
import { firstLargest, grow } from '../extremes'
import type { VectorRule } from '../rule'

/** Less volume than this is none: vectors are float32. */
const NO_VOLUME = 1e-6

/**
 * The kernel is L_ij = q_i·S_ij·q_j with S_ii = 1 and log q_i² the mean similarity of i to the
 * others. So log det L_X = Σ_{i∈X} log q_i² + log det S_X: representativeness and volume. Adds,
 * each time, the candidate that increases the determinant most.
 */
export const kDpp: VectorRule = {
  needs: 'vectors',
  choose({ similarities }, k) {
    if (k <= 0) return { subset: [], exact: true }
    const { size } = similarities
    const quality = similarities.rowSums.map((sum) => (size > 1 ? sum / (size - 1) : 0))
    // The rows of the Cholesky factor of S that belong to the members, and what is left of S_ii.
    const rows: Float64Array[] = []
    const residue = new Float64Array(size).fill(1)
    const subset = grow([firstLargest(quality)], k, (members) => {
      const member = members.at(-1)!
      const own = similarities.row(member)
      const scale = Math.sqrt(Math.max(residue[member]!, NO_VOLUME))
      const row = Float64Array.from(own, (similarity, i) => {
        let rest = i === member ? 1 : similarity
        for (const earlier of rows) rest -= earlier[member]! * earlier[i]!
        return rest / scale
      })
      rows.push(row)
      row.forEach((value, i) => (residue[i]! -= value * value))
      return residue.map((left, i) =>
        left > NO_VOLUME ? quality[i]! + Math.log(left) : Number.NEGATIVE_INFINITY,
      )
    })
    return { subset, exact: false }
  },
}
