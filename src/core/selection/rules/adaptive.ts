// The duel: the candidate with the highest predicted reward against the one that is most likely to
// beat it.
import { firstLargest, grow } from '../extremes'
import { REFIT_EVERY } from '../learner'
import { rewardsOf, varianceToOne } from '../posterior'
import type { LabelRule } from '../rule'

/**
 * i = argmax w·φ_i, then j = argmax √v_ij − w·(φ_i − φ_j), where v_ij is the posterior variance of
 * the difference of rewards. For k > 2 the candidates with the next largest values follow.
 */
export const adaptive: LabelRule = {
  needs: 'labels',
  learnsFrom: 'preferences',
  fewestLabels: REFIT_EVERY,
  choose({ features, posterior }, k) {
    const rewards = rewardsOf(features, posterior)
    const best = firstLargest(rewards)
    if (best < 0) return []
    const challenge = varianceToOne(features, posterior, best).map(
      (variance, j) => Math.sqrt(Math.max(0, variance)) + rewards[j]! - rewards[best]!,
    )
    return grow([best], k, () => challenge)
  },
}
