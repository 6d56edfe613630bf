// The farthest pair: the subset with the smallest mean similarity.
import { bestByWeights } from '../../aepo/select'
import type { VectorRule } from '../rule'

export const farthest: VectorRule = {
  needs: 'vectors',
  choose: ({ similarities }, k) =>
    bestByWeights(similarities, { member: new Float64Array(similarities.size), pair: 1 }, k),
}
