// What an engine knows of labels that it holds: the same, bit for bit, as from all of them anew.
import { describe, expect, it } from 'vitest'
import { HeldLabels } from '../../../src/core/selection/heldLabels'
import { Learner } from '../../../src/core/selection/learner'
import type { Observation } from '../../../src/core/selection/rewardModel'
import { uniform } from '../../../src/core/sampling/random'

const SIZE = 5
const COUNT = 90

/** Every seventh label is a tie, every eleventh compares nothing, every fifth is of two pairs. */
const LABELS = Array.from({ length: COUNT }, (_, label): Observation[] =>
  Array.from({ length: label % 11 === 3 ? 0 : label % 5 === 0 ? 2 : 1 }, (_row, row) => ({
    difference: Float64Array.from(
      { length: SIZE },
      (_value, d) => 4 * uniform(label, row * SIZE + d) - 2,
    ),
    isDecisive: label % 7 !== 0,
  })),
)

function hold(held: HeldLabels, table: string, from: number, to: number): number {
  const labels = LABELS.slice(from, to)
  const all = labels.flat()
  return held.hold({
    table,
    size: SIZE,
    from,
    labels: {
      rows: Uint32Array.from(labels, ({ length }) => length),
      differences: Float64Array.from(all.flatMap(({ difference }) => [...difference])),
      decisive: Uint8Array.from(all, ({ isDecisive }) => Number(isDecisive)),
    },
  })
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place)

describe.each(['comparisons', 'preferences'] as const)('of %s', (learnsFrom) => {
  const expectSame = (held: HeldLabels, places: readonly number[]): void => {
    const labels = places.map((place) => LABELS[place] ?? [])
    const known = held.posterior({ table: 'one', places: Uint32Array.from(places) }, learnsFrom)
    expect(known).toEqual(Learner.after(labels, SIZE, learnsFrom).posterior)
  }

  it('after each label', () => {
    const held = new HeldLabels()
    for (let label = 0; label < COUNT; label++) {
      expect(hold(held, 'one', label, label + 1)).toBe(label + 1)
      expectSame(held, upTo(label + 1))
    }
  })

  it('after labels were taken back, given again, or merged in another order', () => {
    const held = new HeldLabels()
    hold(held, 'one', 0, COUNT)
    expectSame(held, upTo(60))
    expectSame(held, [...upTo(59), 60])
    expectSame(held, upTo(60).toSpliced(4, 1))
    expectSame(held, [...upTo(60).toSpliced(4, 1), 70, 71])
    expectSame(held, upTo(80).toReversed())
    expectSame(held, upTo(30))
    expectSame(held, [])
  })
})

it('takes in labels that follow on what it holds, and says how many it holds', () => {
  const held = new HeldLabels()
  expect(hold(held, 'one', 20, 25)).toBe(0)
  expect(hold(held, 'one', 0, 20)).toBe(20)
  expect(hold(held, 'one', 10, 20)).toBe(20)
  expect(hold(held, 'two', 0, 3)).toBe(3)
  expect(hold(held, 'one', 20, 25)).toBe(25)
})

it('holds the labels of the tables that were used last, and refuses others', () => {
  const held = new HeldLabels()
  const posterior = (table: string): unknown =>
    held.posterior({ table, places: Uint32Array.of(0) }, 'comparisons')
  for (let table = 0; table < 8; table++) hold(held, `${table}`, 0, 1)
  posterior('0')
  hold(held, 'another', 0, 1)
  posterior('0')
  expect(() => posterior('1')).toThrow('The engine no longer knows the labels.')
  expect(() => held.posterior({ table: '0', places: Uint32Array.of(0, 1) }, 'comparisons')).toThrow(
    'The engine no longer knows the labels.',
  )
})
