// The comparisons of labels, as they are sent: in the order of addition, some at a time.
import { describe, expect, it } from 'vitest'
import { ComparisonTable } from '../../../src/core/selection/comparisons'
import type { Preference } from '../../../src/shared/domain'

const SIZE = 2
const better: Preference = { kind: 'ranking', tiers: [['a'], ['b']] }
const worse: Preference = { kind: 'ranking', tiers: [['b'], ['a']] }

/** One row per label: (place + 1, 10) times its sign. */
function tableOf(count: number): ComparisonTable {
  const table = new ComparisonTable(SIZE)
  for (let place = 0; place < count; place++)
    table.add(`label ${place}`, {
      preference: place % 2 === 0 ? better : worse,
      candidateIds: ['a', 'b'],
      features: Float64Array.of(place + 1, 10, 0, 0),
    })
  return table
}
const rowOf = (place: number): number[] => (place % 2 === 0 ? [place + 1, 10] : [-place - 1, -10])

describe('ComparisonTable', () => {
  it('gives the rows of many labels in the order of addition', () => {
    const places = Array.from({ length: 500 }, (_, place) => place)
    const table = tableOf(500)
    const { differences, decisive, rows } = table.between(0, 1000)
    expect(table.count).toBe(500)
    expect([...differences]).toEqual(places.flatMap(rowOf))
    expect([...decisive]).toEqual(places.map(() => 1))
    expect([...rows]).toEqual(places.map(() => 1))
  })

  it('gives those of some labels', () => {
    const table = tableOf(100)
    expect([...table.between(70, 72).differences]).toEqual([70, 71].flatMap(rowOf))
    expect([...table.between(100, 120).rows]).toEqual([])
  })

  it('tells the places of labels in any order, without those that are not here', () => {
    expect([...tableOf(100).placesOf(['label 70', 'none', 'label 3'])]).toEqual([70, 3])
  })

  it('keeps what it gave when labels are added', () => {
    const table = tableOf(3)
    const given = table.between(0, 3)
    const before = [...given.differences]
    for (let place = 0; place < 200; place++)
      table.add(`more ${place}`, {
        preference: better,
        candidateIds: ['a', 'b'],
        features: Float64Array.of(5, 5, 0, 0),
      })
    expect([...given.differences]).toEqual(before)
    expect([...table.between(0, 3).differences]).toEqual(before)
  })

  it('knows labels that compare nothing: no row, and the order of the others', () => {
    const table = new ComparisonTable(SIZE)
    const features = Float64Array.of(1, 2, 3, 5)
    const label = { candidateIds: ['a', 'b'], features }
    table.add('one', { ...label, preference: better })
    table.add('level', { ...label, preference: { kind: 'ranking', tiers: [['a', 'b']] } })
    table.add('tie', { ...label, preference: { kind: 'tie' } })
    const { differences, decisive, rows } = table.between(0, 3)
    expect([...rows]).toEqual([1, 0, 1])
    expect([...decisive]).toEqual([1, 0])
    expect([...differences]).toEqual([-2, -3, -2, -3])
    expect(table.has('level')).toBe(true)
    expect([...table.between(1, 3).rows]).toEqual([0, 1])
  })
})
