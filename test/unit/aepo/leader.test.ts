// The leader: the lexicographically smallest best subset, whatever the order of offers.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Leader, TIE_TOLERANCE } from '../../../src/core/aepo/leader'

const offers = fc.uniqueArray(
  fc.record({
    level: fc.integer({ min: 0, max: 3 }),
    noise: fc.integer({ min: 0, max: 9 }),
    index: fc.integer({ min: 0, max: 50 }),
  }),
  { selector: ({ index }) => index, minLength: 1 },
)

describe('Leader', () => {
  it('does not depend on the order of offers', () => {
    fc.assert(
      fc.property(offers, (list) => {
        const value = ({ level, noise }: { level: number; noise: number }): number =>
          level + noise * 1e-13
        const leader = new Leader()
        for (const offer of list) leader.offer(value(offer), [offer.index])
        const best = Math.max(...list.map(value))
        const tied = list
          .filter((offer) => value(offer) >= best - TIE_TOLERANCE)
          .map(({ index }) => index)
        expect(leader.value).toBe(best)
        expect(leader.subset).toEqual([Math.min(...tied)])
      }),
    )
  })

  it('never excludes a subset that would change the result', () => {
    fc.assert(
      fc.property(
        offers,
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 60 }),
        (list, level, index) => {
          const leader = new Leader()
          for (const offer of list) leader.offer(offer.level, [offer.index])
          const before = leader.subset
          const ruledOut = leader.isBeyond(level, () => [index])
          leader.offer(level, [index])
          if (ruledOut) expect(leader.subset).toEqual(before)
        },
      ),
    )
  })

  it('is empty before the first offer', () => {
    expect(new Leader().subset).toEqual([])
    expect(new Leader().value).toBe(-Infinity)
  })
})
