// The search against brute force, on random and degenerate pools, and on cases computed by hand.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestTriple, isEnumerable } from '../../../src/core/aepo/exactSearch'
import { locallyBest } from '../../../src/core/aepo/localSearch'
import { termsOf, weightsOf } from '../../../src/core/aepo/objective'
import { bestSubset } from '../../../src/core/aepo/select'
import { similaritiesOf } from '../../../src/core/aepo/similarity'
import { flat, objective, optimum } from './bruteForce'

const DIM = 3
const unit = (row: number[]): number[] => {
  const length = Math.hypot(...row)
  return length === 0 ? row : row.map((value) => value / length)
}
const coordinate = fc.integer({ min: -3, max: 3 })
// few distinct values, so that repeats and zero vectors are common
const vector = fc.tuple(coordinate, coordinate, coordinate).map(unit)
const pool = fc.array(vector, { minLength: 1, maxLength: 9 })
const lambda = fc.constantFrom(0, 0.25, 0.5, 1, 2)

describe('bestSubset', () => {
  it('finds what brute force finds, ties included, for every k', () => {
    fc.assert(
      fc.property(pool, fc.integer({ min: 1, max: 9 }), lambda, (rows, k, weight) => {
        fc.pre(k <= rows.length)
        const { subset, exact } = bestSubset(similaritiesOf(flat(rows), DIM), k, weight)
        expect(exact).toBe(true)
        expect(subset).toEqual(optimum(rows, k, weight).subset)
      }),
      { numRuns: 400 },
    )
  })

  it('finds the same subset with stored and with computed similarities', () => {
    fc.assert(
      fc.property(pool, fc.integer({ min: 1, max: 4 }), lambda, (rows, k, weight) => {
        expect(bestSubset(similaritiesOf(flat(rows), DIM, 0), k, weight)).toEqual(
          bestSubset(similaritiesOf(flat(rows), DIM), k, weight),
        )
      }),
    )
  })

  it('selects all candidates if there are at most k, and none from an empty pool', () => {
    const two = similaritiesOf(
      flat([
        [1, 0],
        [0, 1],
      ]),
      2,
    )
    expect(bestSubset(two, 2, 1)).toEqual({ subset: [0, 1], exact: true })
    expect(bestSubset(two, 5, 1)).toEqual({ subset: [0, 1], exact: true })
    expect(bestSubset(similaritiesOf(new Float32Array(), 2), 2, 1)).toEqual({
      subset: [],
      exact: true,
    })
  })

  it('reports a local search, whose result no swap improves', () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      unit([Math.sin(i), Math.cos(2 * i), Math.sin(3 * i + 1), Math.cos(5 * i)]),
    )
    const similarities = similaritiesOf(flat(rows), 4)
    const { subset, exact } = bestSubset(similarities, 8, 0.5)
    expect(isEnumerable(60, 8)).toBe(false)
    expect(exact).toBe(false)
    expect(new Set(subset).size).toBe(8)
    const value = objective(rows, subset, 0.5)
    for (const out of subset) {
      for (let i = 0; i < rows.length; i++) {
        if (subset.includes(i)) continue
        const swapped = subset.map((member) => (member === out ? i : member))
        expect(objective(rows, swapped, 0.5)).toBeLessThanOrEqual(value + 1e-8)
      }
    }
  })

  it('proves a triple in a large pool in which all triples tie, without enumeration', () => {
    const same = similaritiesOf(flat(Array.from({ length: 1500 }, () => [1, 0])), 2)
    expect(bestSubset(same, 3, 0.5)).toEqual({ subset: [0, 1, 2], exact: true })
  })
})

describe('bestTriple', () => {
  it('reaches the optimum from any start', () => {
    fc.assert(
      fc.property(
        fc.array(vector, { minLength: 4, maxLength: 10 }),
        lambda,
        fc.integer({ min: 0, max: 1 }),
        (rows, weight, shift) => {
          const similarities = similaritiesOf(flat(rows), DIM)
          const start = [shift, shift + 1, shift + 2]
          expect(bestTriple(similarities, weightsOf(similarities, 3, weight), start)).toEqual(
            optimum(rows, 3, weight).subset,
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('locallyBest', () => {
  it('returns k distinct candidates, at most as good as the optimum', () => {
    fc.assert(
      fc.property(fc.array(vector, { minLength: 5, maxLength: 9 }), lambda, (rows, weight) => {
        const similarities = similaritiesOf(flat(rows), DIM)
        const subset = locallyBest(similarities, weightsOf(similarities, 4, weight), 4)
        expect(subset).toEqual([...new Set(subset)].sort((a, b) => a - b))
        expect(subset).toHaveLength(4)
        expect(objective(rows, subset, weight)).toBeLessThanOrEqual(
          optimum(rows, 4, weight).value + 1e-9,
        )
      }),
    )
  })
})

describe('termsOf', () => {
  // Right angles and 60°: every similarity is 0, ½ or 1, so each row can be verified by hand.
  const x = [1, 0, 0]
  const y = [0, 1, 0]
  const z = [0, 0, 1]
  const zero = [0, 0, 0]
  const diagonal = [0.5, 0.5, Math.SQRT1_2] // ½ with x and y
  const cases: [
    name: string,
    rows: number[][],
    subset: number[],
    lambda: number,
    representativeness: number,
    redundancy: number,
  ][] = [
    ['one of one: N−1 is 0', [x], [0], 1, 0, 0],
    ['k = 1 has no redundancy', [x, diagonal], [0], 1, 0.5, 0],
    ['right angles are neither', [x, y, z], [0, 1], 0.5, 0, 0],
    ['a repeated pair is as redundant as can be', [x, x, y], [0, 1], 0.5, 0.5, 1],
    ['one of the repeated and the odd one', [x, x, y], [0, 2], 0.5, 0.25, 0],
    ['the middle one with a corner', [x, y, diagonal], [0, 2], 1, (0.5 + 1) / 4, 0.5],
    ['three of three', [x, y, diagonal], [0, 1, 2], 1, (0.5 + 0.5 + 1) / 6, 2 / 6],
    ['zero vectors count in N', [x, x, zero], [0, 2], 1, 0.25, 0],
    ['opposites are diverse beyond 0', [x, [-1, 0, 0]], [0, 1], 1, -1, -1],
    ['nothing selected', [x, y], [], 1, 0, 0],
  ]
  it.each(cases)('%s', (_, rows, subset, weight, representativeness, redundancy) => {
    const terms = termsOf(similaritiesOf(flat(rows), DIM), subset, weight)
    expect(terms.representativeness).toBeCloseTo(representativeness, 6)
    expect(terms.redundancy).toBeCloseTo(redundancy, 6)
    expect(terms.objective).toBeCloseTo(representativeness - weight * redundancy, 6)
  })

  it('agrees with the formula of the paper on random pools', () => {
    fc.assert(
      fc.property(pool, lambda, fc.integer({ min: 1, max: 4 }), (rows, weight, size) => {
        const subset = rows.map((_, i) => i).slice(-size)
        expect(termsOf(similaritiesOf(flat(rows), DIM), subset, weight).objective).toBeCloseTo(
          objective(rows, subset, weight),
          9,
        )
      }),
    )
  })
})
