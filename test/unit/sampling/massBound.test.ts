// The depth that a summary bounds: the tokens within it have the mass asked for.
import { describe, expect, it } from 'vitest'
import { SUM_ERROR } from '../../../src/core/sampling/logitsSummary'
import { MassBound } from '../../../src/core/sampling/massBound'
import { BLOCK } from '../../../src/core/sampling/vocabularyScan'

const BLOCKS = 6

/** Weights of {@link BLOCKS} blocks, the largest 1, most of them small. */
function weightsOf(seed: number, power: number): number[] {
  let state = seed
  const weights = Array.from({ length: BLOCKS * BLOCK }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return ((state + 1) / 2 ** 32) ** power
  })
  const largest = Math.max(...weights)
  return weights.map((weight) => weight / largest)
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe('MassBound', () => {
  it('gives a depth within which the weights reach the target, in any shape of distribution', () => {
    const bound = new MassBound(BLOCKS)
    const inverse = 1 / 0.7
    const found: number[] = []
    for (const power of [0.5, 4, 40, 400])
      for (let seed = 1; seed <= 20; seed++) {
        const weights = weightsOf(seed, power)
        const ofBlocks = (value: (of: number[]) => number): Float32Array =>
          Float32Array.from({ length: BLOCKS }, (_, block) =>
            value(weights.slice(block * BLOCK, (block + 1) * BLOCK)),
          )
        const summary = {
          maxima: ofBlocks((of) => 5 + Math.log(Math.max(...of)) / inverse),
          roots: ofBlocks((of) => sum(of.map(Math.sqrt)) * (1 - SUM_ERROR)),
          sums: ofBlocks((of) => sum(of) * (1 + SUM_ERROR)),
          total: NaN,
        }
        const mass = sum([...summary.sums])
        for (const share of [0.3, 0.9, 0.99]) {
          const target = share * mass
          const depth = bound.depthReaching(summary, 5, inverse, mass, target)
          if (depth === undefined) continue
          const within = weights.filter((weight) => -Math.log(weight) <= depth + 1e-5)
          expect(sum(within)).toBeGreaterThanOrEqual(target)
          found.push(depth)
        }
      }
    expect(found.length).toBeGreaterThan(200)
    expect(Math.min(...found)).toBeLessThan(1)
  })

  it('finds none for a share that rounding hides', () => {
    const summary = {
      maxima: Float32Array.of(0),
      roots: Float32Array.of(1),
      sums: Float32Array.of(1),
      total: 1,
    }
    const bound = new MassBound(1)
    expect(bound.depthReaching(summary, 0, 1, 1, 0.9)).toBe(0)
    expect(bound.depthReaching(summary, 0, 1, 1, 1 - SUM_ERROR / 2)).toBeUndefined()
  })
})
