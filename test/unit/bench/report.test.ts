// The figures that benches print: direction and spread of ratios, number format.
import { describe, expect, test } from 'vitest'
import { figure, median, rowOf } from '../../../bench/report'

const about = { name: 'a', unit: 's', peerName: 'other' }

describe('a row', () => {
  test('has a ratio above 1 if more is better and ours is more', () => {
    expect(rowOf(about, [{ ours: 6, peer: 2 }], 'more')).toMatchObject({
      ratio: 3,
      low: 3,
      high: 3,
      runs: 1,
    })
  })

  test('has a ratio above 1 if less is better and ours is less', () => {
    expect(rowOf(about, [{ ours: 2, peer: 6 }], 'less')).toMatchObject({ ratio: 3 })
  })

  test('has the median of the ratios, not the ratio of medians, and their minimum and maximum', () => {
    const row = rowOf(
      { ...about, goal: 2 },
      [
        { ours: 1, peer: 10 },
        { ours: 2, peer: 4 },
        { ours: 4, peer: 20 },
      ],
      'less',
    )
    expect(row).toEqual({
      ...about,
      goal: 2,
      ours: 2,
      peer: 10,
      ratio: 5,
      low: 2,
      high: 10,
      runs: 3,
      oursMegabytes: null,
      peerMegabytes: null,
    })
  })

  test('needs at least one run', () => {
    expect(() => rowOf(about, [], 'more')).toThrow('No run')
  })
})

test('the median of an even number is the mean of the middle two', () => {
  expect([median([4, 1, 3, 2]), median([5, 1, 3])]).toEqual([2.5, 3])
})

test.each([
  [1234.5, '1235'],
  [12.345, '12.3'],
  [1.2345, '1.23'],
  [0.012345, '0.0123'],
  [0, '0'],
  [0.00000012, '0.000000'],
])('%d is printed as %s', (value, text) => {
  expect(figure(value)).toBe(text)
})
