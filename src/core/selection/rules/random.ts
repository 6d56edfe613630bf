// The baseline: k candidates at random.
import { createHash } from 'node:crypto'
import { ascending } from '../extremes'
import type { VectorRule } from '../rule'

/**
 * The k candidates whose ids, hashed with the seed, sort first: a uniform choice that does not
 * depend on the order of the pool.
 */
export const random: VectorRule = {
  needs: 'vectors',
  choose({ ids, seed }, k) {
    const ranked = ids.map((id, index) => ({
      index,
      rank: createHash('sha256').update(`${seed}\n${id}`).digest('hex'),
    }))
    ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
    return { subset: ascending(ranked.slice(0, k).map(({ index }) => index)), exact: false }
  },
}
