// The posterior: the fit against its definition, and rank-one updates against the inverse.
import fc from 'fast-check'
import { inverse, Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { fitBradleyTerry, sigmoid } from '../../../src/core/selection/bradleyTerry'
import { choleskyFactor, choleskyInverse } from '../../../src/core/selection/cholesky'
import { Learner } from '../../../src/core/selection/learner'
import { uniform } from '../../../src/core/sampling/random'

const DIM = 4
const noise = (seed: number, position: number): number => 4 * uniform(seed, position) - 2
const differences = (count: number, seed: number): Float64Array[] =>
  Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: DIM }, (_value, d) => noise(seed, i * DIM + d)),
  )
const flat = (rows: Float64Array[]): Float64Array =>
  Float64Array.from(rows.flatMap((row) => [...row]))

describe('choleskyInverse', () => {
  it('inverts as ml-matrix does', () => {
    const coordinate = fc.double({ min: -2, max: 2, noNaN: true })
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 9, maxLength: 9 }), (values) => {
        const a = Matrix.from1DArray(3, 3, values)
        const matrix = a.mmul(a.transpose()).add(Matrix.eye(3))
        const found = choleskyInverse(choleskyFactor(Float64Array.from(matrix.to1DArray()), 3), 3)
        const expected = inverse(matrix).to1DArray()
        found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 8))
      }),
    )
  })
})

describe('fitBradleyTerry', () => {
  const logPosterior = (rows: Float64Array[], weights: ArrayLike<number>, tau: number): number =>
    rows.reduce(
      (sum, row) =>
        sum + Math.log(sigmoid(row.reduce((s, value, d) => s + value * (weights[d] ?? 0), 0))),
      0,
    ) -
    Array.from(weights).reduce((sum, weight) => sum + weight * weight, 0) / (2 * tau)

  it('finds the maximum of the posterior: no step in any direction is better', () => {
    const rows = differences(30, 5)
    const { weights } = fitBradleyTerry({ rows: flat(rows), count: 30, dim: DIM }, 3)
    const best = logPosterior(rows, weights, 3)
    for (let d = 0; d < DIM; d++)
      for (const step of [-1e-3, 1e-3]) {
        const moved = Float64Array.from(weights)
        moved[d] = (moved[d] ?? 0) + step
        expect(logPosterior(rows, moved, 3)).toBeLessThan(best)
      }
  })

  it('does not depend on the start, and stays finite where the data is separable', () => {
    const rows = Array.from({ length: 40 }, () => Float64Array.of(50, 0, 0, 0))
    const data = { rows: flat(rows), count: 40, dim: DIM }
    const cold = fitBradleyTerry(data, 3).weights
    const warm = fitBradleyTerry(data, 3, Float64Array.of(5, -7, 2, 1)).weights
    cold.forEach((weight, d) => {
      expect(weight).toBeCloseTo(warm[d] ?? NaN, 6)
      expect(Number.isFinite(weight)).toBe(true)
    })
  })

  it('converges from far away, where full Newton steps would oscillate', () => {
    const dim = 30
    const rows = Float64Array.from({ length: 60 * dim }, (_, i) => 3 * noise(11, i))
    const data = { rows, count: 60, dim }
    const start = Float64Array.from({ length: dim }, (_, i) => 20 * noise(12, i))
    const cold = fitBradleyTerry(data, 3).weights
    const warm = fitBradleyTerry(data, 3, start).weights
    cold.forEach((weight, d) => expect(weight).toBeCloseTo(warm[d] ?? NaN, 5))
  })

  it('is the prior without data', () => {
    const { weights } = fitBradleyTerry({ rows: new Float64Array(), count: 0, dim: 2 }, 3)
    expect([...weights]).toEqual([0, 0])
  })
})

describe('Learner', () => {
  it('of comparisons keeps the inverse of V, ties included', () => {
    const learner = new Learner(DIM, 'comparisons')
    const rows = differences(12, 3)
    rows.forEach((difference, i) => learner.observe([{ difference, isDecisive: i % 3 > 0 }]))
    const v = rows.reduce(
      (sum, row) => {
        const column = Matrix.columnVector([...row])
        return sum.add(column.mmul(column.transpose()))
      },
      Matrix.eye(DIM, DIM, 1 / 3),
    )
    const expected = inverse(v).to1DArray()
    learner.posterior.covariance.forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] ?? NaN, 9),
    )
    expect([...learner.posterior.mean]).toEqual([0, 0, 0, 0])
  })

  it('after labels of comparisons knows what one that observed them knows', () => {
    const rows = differences(40, 6)
    const labels = rows.map((difference, i) => [{ difference, isDecisive: i % 3 > 0 }])
    const observer = new Learner(DIM, 'comparisons')
    for (const observations of labels) observer.observe(observations)
    const { posterior, labels: count } = Learner.after(labels, DIM, 'comparisons')
    expect(count).toBe(40)
    posterior.covariance.forEach((value, i) =>
      expect(value).toBeCloseTo(observer.posterior.covariance[i] ?? NaN, 9),
    )
  })

  it('of preferences is the Laplace posterior after 25 labels', () => {
    const learner = new Learner(DIM, 'preferences')
    const rows = differences(25, 9)
    for (const difference of rows.slice(0, 24)) learner.observe([{ difference, isDecisive: true }])
    expect([...learner.posterior.mean]).toEqual([0, 0, 0, 0])
    learner.observe([{ difference: rows[24] ?? new Float64Array(DIM), isDecisive: true }])
    const { weights } = fitBradleyTerry({ rows: flat(rows), count: 25, dim: DIM }, 3)
    learner.posterior.mean.forEach((value, d) => expect(value).toBeCloseTo(weights[d] ?? NaN, 9))
    const precision = rows.reduce(
      (sum, row) => {
        const share = sigmoid(row.reduce((s, value, d) => s + value * (weights[d] ?? 0), 0))
        const column = Matrix.columnVector([...row])
        return sum.add(column.mmul(column.transpose()).mul(share * (1 - share)))
      },
      Matrix.eye(DIM, DIM, 1 / 3),
    )
    const expected = inverse(precision).to1DArray()
    learner.posterior.covariance.forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] ?? NaN, 6),
    )
  })

  it('of preferences learns nothing of the mean from ties', () => {
    const learner = new Learner(DIM, 'preferences')
    for (const difference of differences(25, 1))
      learner.observe([{ difference, isDecisive: false }])
    expect([...learner.posterior.mean]).toEqual([0, 0, 0, 0])
    expect(learner.labels).toBe(25)
  })
})
