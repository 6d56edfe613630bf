// What labels say together. The intervals are those of statsmodels' proportion_confint, method
// "wilson".
import { expect, it } from 'vitest'
import {
  againstChance,
  agreement,
  interval,
  median,
  shownFirst,
} from '../../../src/core/annotation/statistics'
import type { Annotation, Preference } from '../../../src/shared/domain'

const annotation = (preference: Preference, shownOrder = ['a', 'b']): Annotation => ({
  kind: 'annotation',
  id: JSON.stringify(preference),
  selectionId: 's',
  promptId: 'p',
  annotator: 'ann',
  preference,
  shownOrder,
  milliseconds: 1,
  at: '2025-01-01T00:00:00Z',
})
const A: Preference = { kind: 'ranking', tiers: [['a'], ['b']] }
const B: Preference = { kind: 'ranking', tiers: [['b'], ['a']] }
const TIE: Preference = { kind: 'tie' }
const SKIP: Preference = { kind: 'skip' }

it('gives the interval of a share', () => {
  const rounded = (count: number, of: number): number[] =>
    interval({ count, of }).map((value) => Math.round(value * 1e4) / 1e4)
  expect(rounded(9, 14)).toEqual([0.3876, 0.8366])
  expect(rounded(0, 10)).toEqual([0, 0.2775])
  expect(rounded(10, 10)).toEqual([0.7225, 1])
  expect(rounded(0, 0)).toEqual([0, 1])
})

it('calls a share different from chance only where the labels are enough for it', () => {
  expect(againstChance({ count: 9, of: 14 }, 0.5)).toBe(0)
  expect(againstChance({ count: 90, of: 140 }, 0.5)).toBe(1)
  expect(againstChance({ count: 50, of: 140 }, 0.5)).toBe(-1)
  expect(againstChance({ count: 0, of: 0 }, 0.5)).toBe(0)
})

it('counts the best responses that were shown first', () => {
  const tiedBest: Preference = { kind: 'ranking', tiers: [['a', 'b'], ['c']] }
  const annotations = [annotation(A), annotation(A, ['b', 'a']), annotation(B, ['b', 'a'])]
  const others = [annotation(TIE), annotation(tiedBest, ['a', 'b', 'c'])]
  expect(shownFirst([...annotations, ...others])).toEqual({ count: 2, of: 3 })
})

it('has the median between the two in the middle', () => {
  expect([median([]), median([3]), median([4, 1, 2]), median([1, 2, 10, 4])]).toEqual([
    null,
    3,
    2,
    3,
  ])
})

it('compares what two annotators said of the same selections; a skip says nothing', () => {
  const of = (preferences: Preference[]): Map<string, Annotation> =>
    new Map(preferences.map((preference, i) => [`s${i}`, annotation(preference)]))
  expect(agreement(of([A, A, TIE, SKIP]), of([A, B, TIE, A, A]))).toEqual({ count: 2, of: 3 })
})
