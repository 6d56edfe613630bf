// Active preference learning (Muldrew et al., arXiv 2402.08114): the prompt with the highest
// entropy, and of its pool the pair with the largest margin.
import { firstLargest, grow } from '../extremes'
import { REFIT_EVERY } from '../learner'
import { rewardsOf } from '../posterior'
import type { LabelRule } from '../rule'

/**
 * The entropy is that of the distribution softmax(reward) over the pool. The pair has the largest
 * and the smallest reward: a confident prediction that turns out wrong teaches most. For k > 2 the
 * candidates with the next smallest rewards follow.
 */
export const uncertain: LabelRule = {
  needs: 'labels',
  learnsFrom: 'preferences',
  fewestLabels: REFIT_EVERY,
  choose({ features, posterior }, k) {
    const rewards = rewardsOf(features, posterior)
    const best = firstLargest(rewards)
    const negated = rewards.map((reward) => -reward)
    return best < 0 ? [] : grow([best], k, () => negated)
  },
  urgency: ({ features, posterior }) => entropy(rewardsOf(features, posterior)),
}

/** In nats. */
function entropy(rewards: Float64Array): number {
  const largest = Math.max(...rewards)
  const weights = rewards.map((reward) => Math.exp(reward - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return -weights.reduce((sum, weight) => {
    const share = weight / total
    return share > 0 ? sum + share * Math.log(share) : sum
  }, 0)
}
