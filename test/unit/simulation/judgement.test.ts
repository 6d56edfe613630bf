// What annotators said of a row, in each of the shapes.
import { describe, expect, it } from 'vitest'
import { judgementOf } from '../../../src/core/simulation/judgement'

const responses = (...texts: string[]): { text: string; model: string }[] =>
  texts.map((text) => ({ text, model: `m-${text}` }))

describe('judgementOf', () => {
  it('orders by scores; equal scores are a tie', () => {
    const row = {}
    const judged = judgementOf(row, [
      { text: 'a', score: 1 },
      { text: 'b', score: 3 },
      { text: 'c', score: 1 },
    ])
    expect(judged).toEqual({
      texts: ['a', 'b', 'c'],
      scores: [1, 3, 1],
      outcomes: Int8Array.of(0, -1, 0, 1, 0, 1, 0, -1, 0),
    })
  })

  it('decides a pair by the majority of its votes, also against the scores', () => {
    const votes = [
      { a: 0, b: 1, winner: 0 },
      { a: 1, b: 0, winner: 0 },
      { a: 0, b: 1, winner: 1 },
      { a: 1, b: 2, winner: 1 },
      { a: 1, b: 2, winner: 1 },
      { a: 2, b: 1, winner: null },
    ]
    const judged = judgementOf({ votes }, responses('a', 'b', 'c'))
    if ('why' in judged) throw new Error(judged.why)
    expect(judged.scores).toEqual([2 / 3, (1 + 2.5) / 6, 0.5 / 3])
    expect(judged.outcomes[0 * 3 + 1]).toBe(1)
    expect(judged.outcomes[1 * 3 + 2]).toBe(1)
    // nobody voted on the first and the third: by their scores
    expect(judged.outcomes[0 * 3 + 2]).toBe(1)
    expect(judged.outcomes[2 * 3 + 0]).toBe(-1)
  })

  it('takes two votes for each side and votes for neither as ties', () => {
    const votes = [
      { a: 0, b: 1, winner: 0 },
      { a: 0, b: 1, winner: 1 },
      { a: 0, b: 1, winner: null },
    ]
    const judged = judgementOf({ votes }, responses('a', 'b'))
    expect(judged).toMatchObject({ outcomes: Int8Array.of(0, 0, 0, 0), scores: [0.5, 0.5] })
  })

  it('averages the ranks of reviews; 1 is best', () => {
    const reviews = [
      { model: 'm-a', overall: 2 },
      { model: 'm-b', overall: 1 },
      { model: 'm-a', overall: 3 },
      { model: 'm-b', overall: 2 },
    ]
    expect(judgementOf({ reviews }, responses('a', 'b'))).toMatchObject({ scores: [-2.5, -1.5] })
  })

  it('knows the better side of a pair', () => {
    expect(judgementOf({ better: 1 }, responses('a', 'b'))).toMatchObject({ scores: [0, 1] })
  })

  it('leaves out repeated texts, empty ones and those without a score', () => {
    const judged = judgementOf({}, [
      { text: 'a', score: 1 },
      { text: ' a ', score: 2 },
      { text: ' ', score: 3 },
      { text: 'b' },
      { text: 'c', score: 0 },
    ])
    expect(judged).toMatchObject({ texts: ['a', 'c'], scores: [1, 0] })
  })

  it('refuses a row without any judgement', () => {
    expect(judgementOf({}, responses('a', 'b'))).toHaveProperty('why')
  })
})
