// Preference pairs: tiers, votes, draws; none prefers a text to itself.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { preferencePairs } from '../../../src/core/annotation/pairs'
import type { Preference } from '../../../src/shared/domain'

const IDS = ['a', 'b', 'c']
const CANDIDATES = IDS.map((id) => ({ id, text: `text of ${id}` }))
const ranking = (...tiers: string[]): Preference => ({
  kind: 'ranking',
  tiers: tiers.map((tier) => Array.from(tier)),
})

function pairsOf(...preferences: Preference[]): string[] {
  return preferencePairs(CANDIDATES, preferences).map(
    ({ chosen, rejected }) => `${chosen.id}>${rejected.id}`,
  )
}

describe('preferencePairs', () => {
  it.each<[name: string, preferences: Preference[], pairs: string[]]>([
    ['a full ranking gives all pairs', [ranking('b', 'c', 'a')], ['b>a', 'c>a', 'b>c']],
    ['a best one gives a pair with each other', [ranking('b', 'ac')], ['b>a', 'b>c']],
    ['a worst one likewise', [ranking('ac', 'b')], ['a>b', 'c>b']],
    ['ties give none', [{ kind: 'tie' }], []],
    ['all bad gives none', [{ kind: 'allBad' }], []],
    ['skips give none', [{ kind: 'skip' }], []],
    [
      'two who disagree draw on that pair only',
      [ranking('a', 'b', 'c'), ranking('b', 'a', 'c')],
      ['a>c', 'b>c'],
    ],
    [
      'two against one win',
      [ranking('a', 'b', 'c'), ranking('a', 'c', 'b'), ranking('b', 'ac')],
      ['a>b', 'a>c', 'b>c'],
    ],
    [
      'a tie or skip does not vote',
      [ranking('a', 'bc'), { kind: 'tie' }, { kind: 'skip' }],
      ['a>b', 'a>c'],
    ],
    ['unknown ids are passed over', [ranking('x', 'a', 'b')], ['a>b']],
    ['nobody annotated', [], []],
  ])('%s', (_, preferences, pairs) => {
    expect(pairsOf(...preferences)).toEqual(pairs)
  })

  it('does not depend on the order of annotators, and never prefers both ways', () => {
    const preference = fc.constantFrom<Preference>(
      ranking('a', 'b', 'c'),
      ranking('c', 'ab'),
      ranking('ab', 'c'),
      ranking('b', 'c', 'a'),
      { kind: 'tie' },
    )
    fc.assert(
      fc.property(fc.array(preference, { maxLength: 5 }), (preferences) => {
        const pairs = pairsOf(...preferences)
        expect(pairsOf(...preferences.toReversed())).toEqual(pairs)
        const unordered = pairs.map((pair) => pair.split('>').sort().join())
        expect(new Set(unordered).size).toBe(pairs.length)
      }),
    )
  })

  it('prefers no text to itself', () => {
    const candidates = [
      { id: 'a', text: 'Hello ' },
      { id: 'b', text: 'Hello' },
    ]
    expect(preferencePairs(candidates, [ranking('a', 'b')])).toEqual([])
  })
})
