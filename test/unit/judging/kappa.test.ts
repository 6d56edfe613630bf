// Kappa against its definition, and its interval against the delta method and by coverage.
import { describe, expect, it } from 'vitest'
import { seededRandom } from './support'
import {
  type Category,
  constantAnnotator,
  kappa,
  type Rated,
} from '../../../src/core/judging/kappa'

/** Rows: what the first annotator says; columns: the second; both -1, 0, 1. */
function ofTable(table: readonly (readonly number[])[]): Rated[][] {
  const pairs: Rated[][] = []
  table.forEach((row, one) =>
    row.forEach((count, other) => {
      for (let i = 0; i < count; i++) pairs.push([[(one - 1) as Category, (other - 1) as Category]])
    }),
  )
  return pairs
}

describe('kappa', () => {
  it('follows its definition, with an interval near that of Fleiss, Cohen and Everitt (1969)', () => {
    const found = kappa(
      ofTable([
        [44, 5, 10],
        [6, 10, 5],
        [12, 4, 54],
      ]),
    )
    expect(found?.value).toBeCloseTo(0.53721, 5)
    expect(found?.low).toBeCloseTo(0.42165, 2)
    expect(found?.high).toBeCloseTo(0.65276, 2)
  })

  it('is not given for an annotator that says the same of every pair, or without pairs', () => {
    const always = ofTable([
      [0, 5, 0],
      [0, 0, 0],
      [0, 5, 0],
    ])
    const turned = always.map((pairs) => pairs.map(([one, other]): Rated => [other, one]))
    for (const comparisons of [always, turned, always.slice(0, 5), []])
      expect(kappa(comparisons)).toBeNull()
    expect(constantAnnotator(always.flat())).toBe(1)
    expect(constantAnnotator(turned.flat())).toBe(0)
    expect(constantAnnotator([])).toBeNull()
    expect(constantAnnotator([...always.flat(), [0, 1]])).toBeNull()
  })

  it('has a wider interval where the pairs of a comparison say the same', () => {
    const single = ofTable([
      [20, 0, 8],
      [0, 0, 0],
      [8, 0, 20],
    ])
    const tripled = single.map(([pair]) => (pair ? [pair, pair, pair] : []))
    const [one, three] = [kappa(single), kappa(tripled)]
    expect(three?.value).toBeCloseTo(one?.value ?? NaN)
    expect(three?.low).toBeCloseTo(one?.low ?? NaN)
  })

  it('covers the true value in about 95 % of samples', () => {
    const random = seededRandom(3)
    let covered = 0
    for (let draw = 0; draw < 400; draw++) {
      const found = kappa(
        Array.from({ length: 100 }, (): Rated[] => {
          const people: Category = random() < 0.5 ? 1 : -1
          return [[people, random() < 0.8 ? people : people === 1 ? -1 : 1]]
        }),
      )
      // agreement 0.8 of two even categories
      if (found && found.low <= 0.6 && 0.6 <= found.high) covered++
    }
    expect(covered / 400).toBeGreaterThan(0.9)
    expect(covered / 400).toBeLessThan(0.98)
  })
})
