// The figures of an evaluation, against plain definitions and examples worked out by hand.
import { describe, expect, it } from 'vitest'
import { interval } from '../../../src/core/annotation/statistics'
import { lengthControlledRate } from '../../../src/core/evaluation/lengthControlled'
import { type JudgedPair, voteScoreOf, voteOf } from '../../../src/core/evaluation/votes'
import { furtherPrompts, scoresByPrompt, winRate } from '../../../src/core/evaluation/winRate'

const Z = 1.959964

const pair = (promptId: string, score: number, lengthDifference = 0): JudgedPair => ({
  promptId,
  score,
  lengthDifference,
})

describe('a vote', () => {
  it('is for the side whose response ranks higher', () => {
    expect(voteOf({ kind: 'ranking', tiers: [['x'], ['y']] }, 'x', 'y')).toBe('a')
    expect(voteOf({ kind: 'ranking', tiers: [['x'], ['y']] }, 'y', 'x')).toBe('b')
    expect(voteOf({ kind: 'allBad' }, 'x', 'y')).toBe('allBad')
  })

  it('scores half for a tie and for all bad; a skip says nothing', () => {
    expect(voteScoreOf(['a', 'b', 'b', 'tie'])).toBe(0.375)
    expect(voteScoreOf(['allBad', 'skip'])).toBe(0.5)
    expect(voteScoreOf(['skip'])).toBeNull()
    expect(voteScoreOf([])).toBeNull()
  })
})

describe('the win rate', () => {
  it('counts each prompt once, however many responses it has', () => {
    const pairs = [pair('p', 1), pair('p', 0), pair('p', 1), pair('p', 1), pair('q', 0)]
    expect(scoresByPrompt(pairs)).toEqual([0.75, 0])
    expect(winRate([0.75, 0])?.rate).toBe(0.375)
    expect(winRate([])).toBeNull()
  })

  it('has the Wilson interval: the shares p with (rate − p)² ≤ z²·p·(1 − p)/n', () => {
    const found = winRate([1, 1, 1, 1, 1, 1, 1, 0.5, 0, 0])
    const { rate, low, high } = found ?? { rate: NaN, low: NaN, high: NaN }
    expect(rate).toBe(0.75)
    for (const bound of [low, high])
      expect((rate - bound) ** 2).toBeCloseTo((Z * Z * bound * (1 - bound)) / 10, 12)
    expect(low).toBeLessThan(rate)
    expect(high).toBeGreaterThan(rate)
  })

  it('is settled by the first number of prompts whose interval excludes one half', () => {
    expect(furtherPrompts(0.6, 50)).toBe(47) // z²/(4·0.1²) = 96.04
    expect(furtherPrompts(0.4, 50)).toBe(47)
    expect(interval({ count: 0.6 * 97, of: 97 })[0]).toBeGreaterThan(0.5)
    expect(interval({ count: 0.6 * 96, of: 96 })[0]).toBeLessThan(0.5)
    expect(furtherPrompts(0.6, 200)).toBe(0)
    expect(furtherPrompts(0.5, 50)).toBeNull()
  })
})

describe('the length-controlled rate', () => {
  /** Longer wins, but for every fifth pair; A is the longer one in three of four. */
  const byLength = (count: number): JudgedPair[] =>
    Array.from({ length: count }, (_, index) => {
      const difference = (index % 4 === 0 ? -1 : 1) * (10 + (index % 7) * 10)
      const isLongerBetter = index % 5 !== 0
      return pair(`p${index}`, Number(difference > 0 === isLongerBetter), difference)
    })

  it('is near one half where the votes follow the length alone', () => {
    const pairs = byLength(200)
    expect(winRate(scoresByPrompt(pairs))?.rate).toBeGreaterThan(0.64)
    const controlled = lengthControlledRate(pairs)
    expect(controlled).toMatchObject({ rate: expect.closeTo(0.5, 1) as number })
  })

  it('is the win rate where the lengths say nothing', () => {
    const pairs = Array.from({ length: 80 }, (_, index) =>
      pair(`p${index}`, Number(index % 4 > 0), index % 8 < 4 ? 30 : -30),
    )
    const found = lengthControlledRate(pairs)
    if (typeof found === 'string') throw new Error(found)
    expect(found.rate).toBeCloseTo(0.75, 3)
    // the standard error of a mean in log-odds: 1 / √(n·p·(1 − p))
    const reach = Z / Math.sqrt(80 * 0.75 * 0.25)
    expect(found.low).toBeCloseTo(1 / (1 + Math.exp(reach - Math.log(3))), 2)
    expect(found.high).toBeCloseTo(1 / (1 + Math.exp(-reach - Math.log(3))), 2)
  })

  it('maximises the penalised likelihood, with fractions as votes and prompts counted once', () => {
    const pairs = byLength(40).map((each, index) => ({
      ...each,
      promptId: `p${Math.floor(index / 2)}`,
      score: index % 3 === 0 ? 0.5 : each.score,
    }))
    const spread = Math.sqrt(
      pairs.reduce((sum, { lengthDifference: d }) => sum + d * d, 0) / pairs.length,
    )
    let [b0, b1] = [0, 0]
    for (let step = 0; step < 20_000; step++) {
      let [g0, g1] = [-b0 / 100, -b1 / 100]
      for (const { score, lengthDifference } of pairs) {
        const z = lengthDifference / spread
        const error = (score - 1 / (1 + Math.exp(-(b0 + b1 * z)))) / 2
        g0 += error
        g1 += error * z
      }
      ;[b0, b1] = [b0 + 0.05 * g0, b1 + 0.05 * g1]
    }
    expect(lengthControlledRate(pairs)).toMatchObject({
      rate: expect.closeTo(1 / (1 + Math.exp(-b0)), 6) as number,
    })
  })

  it('is refused for few prompts, one-sided votes and lengths that do not differ', () => {
    expect(lengthControlledRate(byLength(19))).toBe('few')
    expect(lengthControlledRate(byLength(30).map((each) => ({ ...each, score: 1 })))).toBe(
      'oneSided',
    )
    const equal = byLength(30).map((each) => ({ ...each, lengthDifference: 4 }))
    expect(lengthControlledRate(equal)).toBe('equalLengths')
  })
})
