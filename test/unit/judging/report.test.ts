// The report exposes the biases of judges whose biases are known.
import { describe, expect, it } from 'vitest'
import { seededRandom } from './support'
import { judgeReport, type ReportedPair } from '../../../src/core/judging/report'
import { reportLines } from '../../../src/core/judging/reportText'
import type { JudgeReport, Verdict } from '../../../src/shared/judging'

interface Responses {
  people: 1 | -1
  lengths: [number, number]
}
/** What a judge says of the first and the second response that it sees. */
type Judge = (seen: Responses) => Verdict

const swapped = ({ people, lengths: [one, other] }: Responses): Responses => ({
  people: people === 1 ? -1 : 1,
  lengths: [other, one],
})
const opposite = (verdict: Verdict): Verdict =>
  verdict === 'tie' ? 'tie' : verdict === 'first' ? 'second' : 'first'
const right = ({ people }: Responses): Verdict => (people === 1 ? 'first' : 'second')

function reportOf(judge: Judge, count = 300): JudgeReport {
  const random = seededRandom(7)
  const comparisons = Array.from({ length: count }, (): ReportedPair[] => {
    const pair: Responses = {
      people: random() < 0.5 ? 1 : -1,
      lengths: [50 + Math.floor(random() * 400), 50 + Math.floor(random() * 400)],
    }
    const [straight, other] = [judge(pair), judge(swapped(pair))]
    const agreed = straight === opposite(other) ? straight : 'tie'
    return [
      {
        ...pair,
        judge: agreed === 'tie' ? 0 : agreed === 'first' ? 1 : -1,
        probability: agreed === 'tie' ? 0.5 : agreed === 'first' ? 1 : 0,
        straight,
        swapped: other,
      },
    ]
  })
  const head = { judge: 'j', model: 'm', judged: count, unreadable: 0, tokens: null }
  return judgeReport(head, comparisons, true)
}

describe('a judge that is always right', () => {
  it('has kappa 1 and no finding', () => {
    const report = reportOf(right)
    expect(report.agreement.kappa).toMatchObject({ value: 1 })
    expect(report.right).toEqual({ count: 300, of: 300 })
    expect(report.findings).toEqual([])
  })
})

describe('a judge that always prefers the first response', () => {
  it('is found by the order; kappa, which would be 0 whatever people say, is not given', () => {
    const report = reportOf(() => 'first')
    expect(report.order).toMatchObject({
      firstWins: { count: 600, of: 600 },
      disagree: { count: 300, of: 300 },
      rightWhenFirst: { count: 300, of: 300 },
      rightWhenSecond: { count: 0, of: 300 },
    })
    expect(report.tied).toEqual({ count: 300, of: 300 })
    expect(report.agreement).toMatchObject({ kappa: null, constant: 'judge' })
    expect(reportLines(report)[0]?.value).toBe(
      'κ not defined, since the judge calls every pair a tie, the same in 0 of 300 (0–1 %)',
    )
    expect(report.findings).toEqual(['prefers-first'])
  })
})

describe('a judge that always prefers the longer response', () => {
  it('is found by the length, and not by the order', () => {
    const report = reportOf(({ lengths: [one, other] }) =>
      one === other ? 'tie' : one > other ? 'first' : 'second',
    )
    const { longerWins, longerWherePeopleShorter } = report.length
    expect(longerWins.count).toBe(longerWins.of)
    expect(longerWherePeopleShorter.of).toBeGreaterThan(100)
    expect(longerWherePeopleShorter.count).toBe(longerWherePeopleShorter.of)
    expect(report.order?.disagree.count).toBe(0)
    expect(report.findings).toEqual(['prefers-longer', 'chance'])
  })

  it('is not blamed where people prefer the longer response too', () => {
    const report = reportOf(right)
    expect(report.length.longerWherePeopleLonger.count).toBe(
      report.length.longerWherePeopleLonger.of,
    )
    expect(report.findings).not.toContain('prefers-longer')
  })
})

describe('a judge that errs at random in a fifth of its answers', () => {
  it('is found inconsistent, at the rate that follows from its errors', () => {
    const random = seededRandom(11)
    const report = reportOf((seen) => (random() < 0.2 ? opposite(right(seen)) : right(seen)))
    // one of the two answers is wrong, and not the other: 2 · 0.2 · 0.8
    const { count, of } = report.order?.disagree ?? { count: 0, of: 0 }
    expect(of).toBe(300)
    expect(Math.abs(count / of - 0.32)).toBeLessThan(0.08)
    expect(report.findings).toEqual(['inconsistent'])
  })
})

describe('answers that name no verdict', () => {
  it('count for nothing', () => {
    const pair: ReportedPair = {
      people: 1,
      judge: null,
      probability: null,
      straight: null,
      swapped: 'first',
      lengths: [10, 20],
    }
    const head = { judge: 'j', model: 'm', judged: 0, unreadable: 1, tokens: null }
    const report = judgeReport(head, [[pair]], true)
    expect(report.agreement).toEqual({ same: { count: 0, of: 0 }, kappa: null, constant: null })
    expect(report.order?.disagree).toEqual({ count: 0, of: 0 })
    expect(report.order?.firstWins).toEqual({ count: 1, of: 1 })
    expect(report.findings).toEqual([])
  })
})

describe('kappa', () => {
  const head = { judge: 'j', model: 'm', judged: 2, unreadable: 0, tokens: null }
  const pair = (people: 1 | -1, judge: 1 | -1): ReportedPair => ({
    people,
    judge,
    probability: null,
    straight: undefined,
    swapped: undefined,
    lengths: [10, 20],
  })

  it('does not depend on which response of a pair is called the first', () => {
    const straight = [pair(1, 1), pair(1, 1), pair(1, -1), pair(1, 1)].map((one) => [one])
    const mixed = [pair(1, 1), pair(-1, -1), pair(-1, 1), pair(1, 1)].map((one) => [one])
    const [one, other] = [straight, mixed].map(
      (pairs) => judgeReport(head, pairs, true).agreement.kappa,
    )
    expect(one?.value).toBeCloseTo(0.5)
    expect(other).toEqual(one)
  })
})

describe('bands of length', () => {
  it('hold each pair once', () => {
    const { bands } = reportOf(right).length
    expect(bands.map(({ from, to }) => [from, to])).toEqual([
      [1, 1.2],
      [1.2, 2],
      [2, null],
    ])
    expect(bands.reduce((sum, { same }) => sum + same.of, 0)).toBe(300)
  })
})
