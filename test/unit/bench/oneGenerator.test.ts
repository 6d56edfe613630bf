// The score of a pool of one generator: what a response resembles decides, not its length.
import { describe, expect, it } from 'vitest'
import { References } from '../../../bench/oneGenerator/agreement'
import {
  agreement,
  anyPair,
  byLength,
  equallyLong,
  leftOutScores,
} from '../../../bench/oneGenerator/validity'

const judged = [
  { text: 'the sea is salty because rivers carry minerals', score: 0.9 },
  { text: 'rivers carry minerals into the sea', score: 0.7 },
  { text: 'I cannot answer that question', score: 0.2 },
  { text: 'sorry, that question I cannot help with', score: 0.1 },
]

describe('the score', () => {
  const references = new References(judged)

  it('is higher for a response like those of high scores, whatever the lengths', () => {
    const good = references.scoreOf('minerals from rivers')
    expect(good).toBeGreaterThan(0)
    expect(references.scoreOf('I am sorry, I cannot answer this question at all')).toBeLessThan(0)
  })

  it('is the rank correlation: 1 and −1 where similarity orders as the scores do, or against', () => {
    const two = new References([
      { text: 'aaaa bbbb', score: 1 },
      { text: 'cccc dddd', score: 0 },
    ])
    expect(two.scoreOf('aaaa')).toBeCloseTo(1, 9)
    expect(two.scoreOf('dddd')).toBeCloseTo(-1, 9)
    expect(two.scoreOf('zzzz')).toBe(0)
    expect(two.scoreOf('  ')).toBe(-1)
  })

  it('of a judged response does not see the response itself', () => {
    const alone = [...judged, { text: 'xyzzy', score: 1 }]
    expect(new References(alone).scoreOf('xyzzy')).toBeGreaterThan(0)
    expect(leftOutScores(alone, 100).at(-1)?.score).toBe(0)
  })
})

describe('agreement', () => {
  const group = [
    { text: 'aaaa', score: 3, truth: 3 },
    { text: 'bbbb', score: 2, truth: 1 },
    { text: 'a long text of many words', score: 2, truth: 2 },
  ]

  it('is the share of pairs in the order of the truth, equal scores counted half', () => {
    expect(agreement([group], anyPair)).toBeCloseTo(2.5 / 3, 9)
    expect(agreement([group], equallyLong)).toBe(1)
  })

  it('of lengths tells what the longer one is worth', () => {
    expect(agreement([byLength(group)], anyPair)).toBeCloseTo(1.5 / 3, 9)
  })
})
