// D-optimal design: the comparison whose outcome is least determined by those made so far (the
// family of ADPO, arXiv 2402.09401, and APO, arXiv 2402.10500).
import { growLargestPair } from '../extremes'
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
    return k > 1 ? growLargestPair(varianceOfDifferences(features, posterior), k) : [0].slice(0, k)
  },
}
