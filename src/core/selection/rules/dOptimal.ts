// D-optimal design: the comparison whose outcome is least determined by those made so far (the
// family of ADPO, arXiv 2402.09401, and APO, arXiv 2402.10500).
import { firstLargest, grow } from '../extremes'
import { varianceOfDifferences } from '../posterior'
import type { LabelRule } from '../rule'

/**
 * The pair with the largest ‖φ_i − φ_j‖ in V⁻¹, the covariance; V grows with each comparison,
 * whatever its outcome. For k > 2 adds, each time, the candidate with the largest sum of squared
 * norms to the members.
 */
export const dOptimal: LabelRule = {
  needs: 'labels',
  learnsFrom: 'comparisons',
  fewestLabels: 0,
  choose({ features, posterior }, k) {
    const variances = varianceOfDifferences(features, posterior)
    const start = k > 1 ? largestPair(variances) : [0]
    return grow(start.slice(0, k), k, (members) => summed(members.map((i) => variances[i]!)))
  },
}

function largestPair(variances: readonly Float64Array[]): number[] {
  const best = variances.map((row, i) => Math.max(-Infinity, ...row.subarray(i + 1)))
  const i = firstLargest(best)
  if (i < 0) return []
  const j = firstLargest(variances[i]!.subarray(i + 1))
  return j < 0 ? [i] : [i, i + 1 + j]
}

const summed = (rows: readonly Float64Array[]): Float64Array =>
  rows.reduce((sums, row) => sums.map((sum, i) => sum + row[i]!))
