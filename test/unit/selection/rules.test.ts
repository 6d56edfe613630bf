// Each selection rule against its plain definition, and what all rules have in common.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { similaritiesOf } from '../../../src/core/aepo/similarity'
import type { Posterior } from '../../../src/core/selection/posterior'
import type { LabelRule, ScoreRule, VectorRule } from '../../../src/core/selection/rule'
import { RULE_IDS, RULES, type RuleId } from '../../../src/core/selection/rules'
import { flat, optimum } from '../aepo/bruteForce'
import * as plain from './plainRules'

const DIM = 3
const unit = (row: number[]): number[] => {
  const length = Math.hypot(...row)
  return length === 0 ? [1, 0, 0] : row.map((value) => value / length)
}
const coordinate = fc.integer({ min: -3, max: 3 })
// few distinct values, so that repeats and ties are common
const row = fc.tuple(coordinate, coordinate, coordinate).map((values) => [...values])
const features = fc.array(row, { minLength: 1, maxLength: 8 })
const vectors = features.map((rows) => rows.map(unit))
const size = fc.integer({ min: 1, max: 4 })

/** A symmetric positive definite matrix A·Aᵀ + I. */
const covariance = fc
  .tuple(row, row, row)
  .map((a) =>
    a.map((left, i) =>
      a.map(
        (right, j) =>
          left.reduce((sum, value, d) => sum + value * (right[d] ?? 0), 0) + Number(i === j),
      ),
    ),
  )

const byVectors = (id: RuleId, rows: number[][], k: number, lambda = 0.5): readonly number[] =>
  (RULES[id] as VectorRule).choose(
    {
      ids: rows.map((_, i) => `c${i}`),
      similarities: similaritiesOf(flat(rows), DIM),
      lambda,
      seed: 7,
    },
    k,
  ).subset

const byLabels = (
  id: RuleId,
  rows: number[][],
  mean: number[],
  matrix: number[][],
  k: number,
): readonly number[] => {
  const posterior: Posterior = {
    dim: DIM,
    mean: Float64Array.from(mean),
    covariance: Float64Array.from(matrix.flat()),
  }
  return (RULES[id] as LabelRule).choose({ features: Float64Array.from(rows.flat()), posterior }, k)
}

const byScores = (id: RuleId, scores: number[], k: number): readonly number[] =>
  (RULES[id] as ScoreRule).choose(scores, k)

describe('rules that need vectors', () => {
  it('aepo finds the optimum of its objective', () => {
    fc.assert(
      fc.property(vectors, size, fc.constantFrom(0, 0.5, 1), (rows, k, lambda) => {
        fc.pre(k <= rows.length)
        expect(byVectors('aepo', rows, k, lambda)).toEqual(optimum(rows, k, lambda).subset)
      }),
    )
  })

  it('farthest finds the subset with the smallest mean similarity, whatever λ', () => {
    fc.assert(
      fc.property(vectors, size, fc.constantFrom(0, 0.5, 1), (rows, k, lambda) => {
        fc.pre(k <= rows.length)
        expect(byVectors('farthest', rows, k, lambda)).toEqual(plain.farthest(rows, k))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['k-centre', 'is farthest from its nearest member', plain.kCentre],
    ['k-dpp', 'increases the determinant most', plain.kDpp],
  ] as const)('%s adds, each time, the candidate that %s', (id, _, definition) => {
    fc.assert(
      fc.property(vectors, size, (rows, k) => {
        fc.pre(k <= rows.length)
        expect(byVectors(id, rows, k)).toEqual(definition(rows, k))
      }),
      { numRuns: 300 },
    )
  })

  it('k-centre covers the pool within twice the smallest radius', () => {
    fc.assert(
      fc.property(vectors, size, (rows, k) => {
        fc.pre(k <= rows.length)
        expect(plain.radius(rows, byVectors('k-centre', rows, k))).toBeLessThanOrEqual(
          2 * plain.smallestRadius(rows, k) + 1e-6,
        )
      }),
    )
  })

  it('k-dpp prefers a representative candidate to one that is as diverse', () => {
    // 3 is most representative; 0 and 1 are about as far from it, and 0 is nearer to the others
    const rows = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0.1, 0, 1],
    ].map(unit)
    expect(byVectors('k-dpp', rows, 2)).toEqual([0, 3])
  })
})

describe('rules that learn', () => {
  it('d-optimal takes the pair with the largest norm in the covariance', () => {
    fc.assert(
      fc.property(features, covariance, size, (rows, matrix, k) => {
        fc.pre(k <= rows.length)
        expect(byLabels('d-optimal', rows, [0, 0, 0], matrix, k)).toEqual(
          plain.dOptimal(rows, matrix, k),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('v-optimal takes the pair whose comparison leaves the least variance in the pool', () => {
    fc.assert(
      fc.property(features, row, covariance, size, (rows, mean, matrix, k) => {
        fc.pre(k <= rows.length && k > 1)
        expect(byLabels('v-optimal', rows, mean, matrix, k)).toEqual(
          plain.vOptimal(rows, mean, matrix, k),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('adaptive takes the best candidate and its strongest challengers', () => {
    fc.assert(
      fc.property(features, row, covariance, size, (rows, mean, matrix, k) => {
        fc.pre(k <= rows.length)
        expect(byLabels('adaptive', rows, mean, matrix, k)).toEqual(
          plain.adaptive(rows, mean, matrix, k),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('uncertain takes the pair with the largest margin', () => {
    fc.assert(
      fc.property(features, row, covariance, size, (rows, mean, matrix, k) => {
        fc.pre(k <= rows.length)
        expect(byLabels('uncertain', rows, mean, matrix, k)).toEqual(plain.uncertain(rows, mean, k))
      }),
    )
  })

  it('uncertain wants a label most where the rewards of a pool are most alike', () => {
    const posterior = {
      dim: 1,
      mean: Float64Array.of(2),
      covariance: Float64Array.of(1),
    }
    const urgency = (...values: number[]): number =>
      (RULES.uncertain as LabelRule).urgency?.({
        features: Float64Array.from(values),
        posterior,
      }) ?? NaN
    expect(urgency(1, 1, 1)).toBeCloseTo(Math.log(3), 12)
    expect(urgency(1, 1.2, 0.9)).toBeLessThan(urgency(1, 1.1, 0.9))
    // softmax of 1000 and 0: no overflow
    expect(urgency(500, 0)).toBeCloseTo(0, 12)
  })
})

describe('oracles', () => {
  it('best-worst takes both ends of the order, and even steps between them', () => {
    expect(byScores('oracle-best-worst', [3, 9, 1, 5, 7], 2)).toEqual([1, 2])
    expect(byScores('oracle-best-worst', [3, 9, 1, 5, 7], 3)).toEqual([1, 2, 3])
    expect(byScores('oracle-best-worst', [3, 9, 1, 5, 7], 1)).toEqual([1])
  })

  it('sweet-spot takes the best and the one nearest to two deviations below the mean', () => {
    // mean 0, deviation 2: the target is −4, and −10 is farther from it than −1
    const scores = [10, -1, -1, -1, -10, 1, 1, 1]
    const deviation = Math.sqrt(206 / 8)
    const target = -2 * deviation
    const nearest = scores.reduce(
      (best, score, i) =>
        i > 0 && Math.abs(score - target) < Math.abs((scores[best] ?? 0) - target) ? i : best,
      1,
    )
    expect(byScores('oracle-sweet-spot', scores, 2)).toEqual([0, nearest])
    // the worst is an outlier here; the candidate at two deviations is another
    const skewed = [...Array.from({ length: 20 }, () => 0), 3, -2, -9]
    expect(byScores('oracle-sweet-spot', skewed, 2)).toEqual([20, 21])
    expect(byScores('oracle-best-worst', skewed, 2)).toEqual([20, 22])
  })
})

describe('every rule', () => {
  const choose = (id: RuleId, rows: number[][], k: number): readonly number[] => {
    const rule = RULES[id]
    switch (rule.needs) {
      case 'vectors':
        return byVectors(id, rows.map(unit), k)
      case 'labels':
        return byLabels(
          id,
          rows,
          [1, 0, 0],
          [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ],
          k,
        )
      case 'scores':
        return byScores(
          id,
          rows.map(([first = 0]) => first),
          k,
        )
    }
  }

  it.each(RULE_IDS)('%s returns k distinct indices, ascending', (id) => {
    fc.assert(
      fc.property(features, size, (rows, k) => {
        fc.pre(k <= rows.length)
        const subset = choose(id, rows, k)
        expect(subset).toHaveLength(k)
        expect(subset).toEqual([...new Set(subset)].sort((a, b) => a - b))
        expect(subset.every((i) => i >= 0 && i < rows.length)).toBe(true)
        expect(choose(id, rows, k)).toEqual(subset)
      }),
    )
  })

  it.each(RULE_IDS.filter((id) => id !== 'random'))(
    '%s takes the first candidates of identical ones',
    (id) => {
      const rows = Array.from({ length: 6 }, () => [1, 2, 0])
      for (const k of [1, 2, 3]) {
        const expected = id === 'oracle-best-worst' ? k : [0, 1, 2].slice(0, k)
        const subset = choose(id, rows, k)
        // evenly spaced ranks of equal scores are evenly spaced indices
        if (typeof expected === 'number') expect(subset).toHaveLength(expected)
        else expect(subset).toEqual(expected)
      }
    },
  )

  it.each(RULE_IDS)('%s takes a whole pool of one or two', (id) => {
    expect(choose(id, [[1, 0, 0]], 1)).toEqual([0])
    expect(
      choose(
        id,
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        2,
      ),
    ).toEqual([0, 1])
  })
})
