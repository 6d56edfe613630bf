// V-optimal design (variance reduction; Cohn, Ghahramani & Jordan, cs/9603104): the comparison that
// leaves the rewards of the pool least uncertain.
import { sigmoid } from '../bradleyTerry'
import { growLargestPair } from '../extremes'
import { LEAST_INFORMATION } from '../learner'
import { productsInCovariance, rewardsOf } from '../posterior'
import type { LabelRule } from '../rule'

/**
 * The pair with the largest Σ_l (φ_lᵀ Σ d)² / (1/(π(1−π)) + dᵀ Σ d), d = φ_i − φ_j, over the
 * candidates l: by so much a comparison reduces the sum of the posterior variances of their
 * rewards, whatever its outcome. For k > 2 adds, each time, the candidate with the largest sum of
 * reductions with the members.
 */
export const vOptimal: LabelRule = {
  needs: 'labels',
  learnsFrom: 'preferences',
  fewestLabels: 0,
  choose({ features, posterior }, k) {
    const products = productsInCovariance(features, posterior)
    const rewards = rewardsOf(features, posterior)
    const reductions = products.map((_, i) =>
      Float64Array.from(products, (_row, j) => reduction(products, rewards, i, j)),
    )
    return growLargestPair(reductions, k)
  },
}

function reduction(
  products: readonly Float64Array[],
  rewards: Float64Array,
  i: number,
  j: number,
): number {
  const [one, other] = [products[i]!, products[j]!]
  const variance = one[i]! + other[j]! - 2 * one[j]!
  const share = sigmoid(rewards[i]! - rewards[j]!)
  const noise = 1 / Math.max(share * (1 - share), LEAST_INFORMATION)
  let squares = 0
  for (let l = 0; l < one.length; l++) squares += (one[l]! - other[l]!) ** 2
  return squares / (noise + variance)
}
