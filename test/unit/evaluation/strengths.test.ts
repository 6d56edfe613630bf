// The strength of generators, against the equations that define it.
import { describe, expect, it } from 'vitest'
import { type Meeting, strengths } from '../../../src/core/evaluation/strengths'

const Z = 1.959964
/** The variance of the prior. */
const PRIOR = 4

const meetings = (one: string, other: string, scores: number[]): Meeting[] =>
  scores.map((score) => ({ one, other, score }))
const times = (count: number, score: number): number[] => Array<number>(count).fill(score)

describe('the strength of generators', () => {
  it('of two is the log-odds of a win, half to each side', () => {
    const [group] = strengths(meetings('a', 'b', [...times(30, 1), ...times(10, 0)]))
    const [first, second] = group ?? []
    expect(first).toMatchObject({ generator: 'a', met: 40, won: 30 })
    expect(second).toMatchObject({ generator: 'b', met: 40, won: 10 })
    const difference = (first?.strength ?? 0) - (second?.strength ?? 0)
    expect(first?.strength).toBeCloseTo(-(second?.strength ?? 0), 9)
    // the difference d solves 30 − 40·σ(d) = d/(2·PRIOR): its prior has twice the variance
    const share = 1 / (1 + Math.exp(-difference))
    expect(30 - 40 * share).toBeCloseTo(difference / (2 * PRIOR), 4)
    const error = Math.sqrt(1 / (40 * share * (1 - share) + 1 / (2 * PRIOR)))
    expect(first?.high).toBeCloseTo((first?.strength ?? 0) + (Z * error) / 2, 4)
  })

  it('stays finite for one that always won, and a tie is half a win', () => {
    const [group] = strengths(meetings('a', 'b', [1, 1, 1, 0.5]))
    expect(group?.[0]).toMatchObject({ generator: 'a', won: 3.5 })
    expect(group?.[0]?.strength).toBeLessThan(3)
    expect(strengths(meetings('a', 'b', [0.5, 0.5]))[0]?.map(({ strength }) => strength)).toEqual([
      0, 0,
    ])
  })

  it('solves for each: wins minus expected wins is the pull of the prior', () => {
    const all = [
      ...meetings('a', 'b', [...times(7, 1), ...times(3, 0)]),
      ...meetings('b', 'c', [...times(6, 1), ...times(5, 0), 0.5]),
      ...meetings('a', 'c', [...times(2, 1), ...times(1, 0), 0.25]),
    ]
    const [group = []] = strengths(all)
    const of = new Map(group.map(({ generator, strength }) => [generator, strength]))
    for (const { generator, strength, won } of group) {
      const expected = all.reduce((sum, { one, other }) => {
        if (one !== generator && other !== generator) return sum
        const rival = of.get(one === generator ? other : one) ?? 0
        return sum + 1 / (1 + Math.exp(rival - strength))
      }, 0)
      expect(won - expected).toBeCloseTo(strength / PRIOR, 4)
    }
    expect(group.reduce((sum, { strength }) => sum + strength, 0)).toBeCloseTo(0, 9)
    expect(group[0]?.generator).toBe('a')
  })

  it('is not compared between generators that never met, directly or through others', () => {
    const found = strengths([
      ...meetings('a', 'b', [1]),
      ...meetings('c', 'd', [1]),
      ...meetings('b', 'e', [0]),
    ])
    expect(found.map((group) => group.map(({ generator }) => generator).sort())).toEqual([
      ['a', 'b', 'e'],
      ['c', 'd'],
    ])
    expect(strengths([])).toEqual([])
  })
})
