// Shares of several generators in a pool: every prefix is fair, and assignments never change.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignShares } from '../../../src/core/sampling/shares'

const shares = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0.01, max: 20, noNaN: true })),
  { minLength: 1, maxLength: 16 },
)

describe('assignShares', () => {
  it('assigns each generator its share of the first i candidates, to within less than one, for every i', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 400 }), (weights, n) => {
        const sum = weights.reduce((total, share) => total + share, 0)
        const counts = weights.map(() => 0)
        for (const [i, generator] of assignShares(weights, n).entries()) {
          counts[generator] = (counts[generator] ?? NaN) + 1
          weights.forEach((share, g) =>
            expect(Math.abs((counts[g] ?? NaN) - ((i + 1) * share) / sum)).toBeLessThan(1 + 1e-6),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it('only appends when n is raised, and depends on the proportions only', () => {
    fc.assert(
      fc.property(
        shares,
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (weights, n, more) => {
          expect(assignShares(weights, n + more).slice(0, n)).toEqual(assignShares(weights, n))
          expect(
            assignShares(
              weights.map((share) => share * 2),
              n,
            ),
          ).toEqual(assignShares(weights, n))
        },
      ),
    )
  })

  it('alternates if the shares are equal', () => {
    expect(assignShares([1, 1], 6)).toEqual([0, 1, 0, 1, 0, 1])
    expect(assignShares([3, 1], 8).filter((generator) => generator === 1)).toHaveLength(2)
    expect(assignShares([5], 3)).toEqual([0, 0, 0])
    // Choosing the generator that is furthest behind would leave one of these 1.2 behind.
    expect(assignShares([0.48, 3.87, 0.13, 15.9, 16.4, 2.03, 0.13], 200)).toHaveLength(200)
  })
})
