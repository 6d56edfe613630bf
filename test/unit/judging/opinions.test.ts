// Opinions from answers in both orders, and from scores.
import { describe, expect, it } from 'vitest'
import { Opinions } from '../../../src/core/judging/opinions'
import type { JudgeRecord, Verdict } from '../../../src/shared/judging'

const text = (id: string): { id: string; textHash: string } => ({ id, textHash: `${id}#` })

const common = {
  judge: 'j',
  promptId: 'p',
  version: 'v',
  model: 'm',
  promptTokens: 1,
  tokens: 1,
  milliseconds: 0,
  at: '2026-01-01T00:00:00.000Z',
}
const answer = (
  first: string,
  second: string,
  verdict: Verdict | null,
  probability?: number,
): JudgeRecord => ({
  kind: 'answer',
  id: `${first}${second}`,
  ...common,
  promptVersion: 'pv',
  first: text(first),
  second: text(second),
  verdict,
  text: '',
  ...(probability === undefined ? {} : { probability }),
})
const score = (id: string, value: number): JudgeRecord => ({
  kind: 'score',
  id,
  ...common,
  candidate: text(id),
  score: value,
})
const [a, b, c] = ['a', 'b', 'c'].map(text) as [
  ReturnType<typeof text>,
  ReturnType<typeof text>,
  ReturnType<typeof text>,
]

describe('a pair', () => {
  it('has an opinion once both orders were asked', () => {
    const opinions = new Opinions([answer('a', 'b', 'first')])
    expect(opinions.pair(a, b)).toBeNull()
    opinions.add(answer('b', 'a', 'second'))
    expect(opinions.pair(a, b)).toEqual({ outcome: 1, probability: 1 })
    expect(opinions.pair(b, a)).toEqual({ outcome: -1, probability: 0 })
  })

  it('is a tie where the orders disagree', () => {
    const opinions = new Opinions([answer('a', 'b', 'first'), answer('b', 'a', 'first')])
    expect(opinions.pair(a, b)).toEqual({ outcome: 0, probability: 0.5 })
    const halfTie = new Opinions([answer('a', 'b', 'first'), answer('b', 'a', 'tie')])
    expect(halfTie.pair(a, b)).toEqual({ outcome: 0, probability: 0.75 })
  })

  it('takes the mean of the probabilities of both orders', () => {
    const opinions = new Opinions([answer('a', 'b', 'first', 0.9), answer('b', 'a', 'first', 0.6)])
    expect(opinions.pair(a, b)?.probability).toBeCloseTo(0.65)
    expect(opinions.pair(a, b)?.outcome).toBe(0)
  })

  it('has none where an answer cannot be read', () => {
    const opinions = new Opinions([answer('a', 'b', null), answer('b', 'a', 'first')])
    expect(opinions.pair(a, b)).toBeNull()
  })

  it('follows scores', () => {
    const opinions = new Opinions([score('a', 1), score('b', 1 + Math.log(3))])
    expect(opinions.pair(a, b)?.outcome).toBe(-1)
    expect(opinions.pair(a, b)?.probability).toBeCloseTo(0.25)
  })

  it('does not count answers about another text of the same candidate', () => {
    const opinions = new Opinions([answer('a', 'b', 'first'), answer('b', 'a', 'second')])
    expect(opinions.pair({ id: 'a', textHash: 'other' }, b)).toBeNull()
  })
})

describe('a preference', () => {
  it('ranks three responses by the pairs that they win', () => {
    const opinions = new Opinions([
      ...[answer('a', 'b', 'first'), answer('b', 'a', 'second')],
      ...[answer('a', 'c', 'first'), answer('c', 'a', 'second')],
      ...[answer('b', 'c', 'first'), answer('c', 'b', 'first')],
    ])
    expect(opinions.preference([a, b, c])).toEqual({ kind: 'ranking', tiers: [['a'], ['b', 'c']] })
    expect(opinions.preference([b, c])).toEqual({ kind: 'tie' })
  })

  it('is a tie for a circle', () => {
    const opinions = new Opinions([
      ...[answer('a', 'b', 'first'), answer('b', 'a', 'second')],
      ...[answer('b', 'c', 'first'), answer('c', 'b', 'second')],
      ...[answer('c', 'a', 'first'), answer('a', 'c', 'second')],
    ])
    expect(opinions.preference([a, b, c])).toEqual({ kind: 'tie' })
  })

  it('is missing where a pair is', () => {
    const opinions = new Opinions([answer('a', 'b', 'first'), answer('b', 'a', 'second')])
    expect(opinions.preference([a, b, c])).toBeNull()
  })
})
