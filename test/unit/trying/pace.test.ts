// Two texts at the pace of the slower one.
import { expect, it } from 'vitest'
import { Pace } from '../../../src/curation/trying/pace'

const grown = (tokens: number): { text: string; tokens: number } => ({
  text: 'x'.repeat(tokens),
  tokens,
})

it('shows nothing of one before the other has begun', () => {
  const pace = new Pace()
  pace.add(0, grown(3))
  expect(pace.shown(0)).toBeUndefined()
  pace.add(1, grown(1))
  expect(pace.shown(1)).toEqual(grown(1))
})

it('shows no more tokens than the other has', () => {
  const pace = new Pace()
  for (const tokens of [1, 2, 5, 9]) pace.add(0, grown(tokens))
  for (const [tokens, shown] of [
    [1, 1],
    [4, 2],
    [8, 5],
    [9, 9],
  ] as const) {
    pace.add(1, grown(tokens))
    expect(pace.shown(0)?.tokens).toBe(shown)
    expect(pace.shown(1)?.tokens).toBe(tokens)
  }
})

it('does not wait for a text that has ended', () => {
  const pace = new Pace()
  pace.add(0, grown(2))
  pace.end(0)
  pace.add(1, grown(7))
  expect(pace.shown(1)?.tokens).toBe(7)
  expect(pace.shown(0)?.tokens).toBe(2)
})
