// The map of a pool: what is near, what is far, and when there is none.
import { describe, expect, it } from 'vitest'
import { mapOf, type MapPoint } from '../../../src/core/selection/poolMap'

const DIM = 4
const map = (...rows: number[][]): ReturnType<typeof mapOf> =>
  mapOf(Float32Array.from(rows.flat()), DIM)

const distance = ([x, y]: MapPoint, [u, v]: MapPoint): number => Math.hypot(x - u, y - v)

describe('the map of a pool', () => {
  it('keeps the proportions of distances within a plane, and shows all of them', () => {
    const found = map([0, 0, 0, 0], [3, 0, 0, 0], [0, 4, 0, 0], [3, 4, 0, 0])
    const [a, b, c, d] = found?.points ?? []
    if (!a || !b || !c || !d) throw new Error('no points')
    expect(distance(a, c) / distance(a, b)).toBeCloseTo(4 / 3)
    expect(distance(a, d) / distance(a, b)).toBeCloseTo(5 / 3)
    expect(found?.share).toBeCloseTo(1)
  })

  it('is centred, and as large as fits from −1 to 1', () => {
    const points = map([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0.5, 0, 0, 2])?.points ?? []
    for (const axis of [0, 1] as const)
      expect(points.reduce((sum, point) => sum + point[axis], 0)).toBeCloseTo(0)
    expect(Math.max(...points.flat().map(Math.abs))).toBeCloseTo(1)
  })

  it('says how much of the differences is in the plane', () => {
    // Three orthogonal directions of equal variance: a plane has two thirds.
    const corners = [1, -1].flatMap((x) => [1, -1].flatMap((y) => [1, -1].map((z) => [x, y, z, 0])))
    expect(map(...corners)?.share).toBeCloseTo(2 / 3)
  })

  it('lies on a line where vectors differ in one direction', () => {
    const found = map([0, 0, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0])
    expect(found?.points.every(([, y]) => y === 0)).toBe(true)
    expect(found?.share).toBeCloseTo(1)
  })

  it.each([
    ['two vectors', [1, 0, 0, 0], [0, 1, 0, 0]],
    ['equal vectors', [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]],
    ['none'],
  ])('is none for %s', (_, ...rows) => {
    expect(map(...(rows as number[][]))).toBeNull()
  })
})
