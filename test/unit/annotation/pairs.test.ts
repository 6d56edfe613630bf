// Preference pairs: tiers, votes, draws; and rows that never prefer a text to itself.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dpoRow, preferencePairs, prefersLonger } from '../../../src/core/annotation/pairs'
import { dpoRowSchema } from '../../../src/core/formats/records'
import type { Annotation, Preference } from '../../../src/shared/domain'

const IDS = ['a', 'b', 'c']
const SELECTION = { id: 's', promptId: 'p', candidateIds: IDS }
const ranking = (...tiers: string[]): Preference => ({
  kind: 'ranking',
  tiers: tiers.map((tier) => Array.from(tier)),
})

function pairsOf(...preferences: Preference[]): string[] {
  const annotations = preferences.map((preference, i): [string, Map<string, Annotation>] => [
    `annotator${i}`,
    new Map([
      [
        's',
        {
          kind: 'annotation',
          id: `${i}`,
          selectionId: 's',
          promptId: 'p',
          annotator: `annotator${i}`,
          preference,
          shownOrder: IDS,
          milliseconds: 1,
          at: '2026-01-01T00:00:00Z',
        },
      ],
    ]),
  ])
  return preferencePairs([SELECTION], new Map(annotations)).map(
    ({ chosenId, rejectedId }) => `${chosenId}>${rejectedId}`,
  )
}

describe('preferencePairs', () => {
  it.each<[name: string, preferences: Preference[], pairs: string[]]>([
    ['a full ranking gives all pairs', [ranking('b', 'c', 'a')], ['b>a', 'c>a', 'b>c']],
    ['a best one gives a pair with each other', [ranking('b', 'ac')], ['b>a', 'b>c']],
    ['a worst one likewise', [ranking('ac', 'b')], ['a>b', 'c>b']],
    ['ties give none', [{ kind: 'tie' }], []],
    ['both bad gives none', [{ kind: 'allBad' }], []],
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

  it('keeps selections apart and in order', () => {
    const annotations = new Map([
      [
        'ann',
        new Map(
          ['t', 's'].map((selectionId): [string, Annotation] => [
            selectionId,
            {
              kind: 'annotation',
              id: selectionId,
              selectionId,
              promptId: 'p',
              annotator: 'ann',
              preference: ranking('a', 'b'),
              shownOrder: [],
              milliseconds: 1,
              at: '2026-01-01T00:00:00Z',
            },
          ]),
        ),
      ],
    ])
    const selections = ['s', 't', 'u'].map((id) => ({
      id,
      promptId: `prompt of ${id}`,
      candidateIds: ['a', 'b'],
    }))
    expect(preferencePairs(selections, annotations)).toEqual([
      { promptId: 'prompt of s', selectionId: 's', chosenId: 'a', rejectedId: 'b' },
      { promptId: 'prompt of t', selectionId: 't', chosenId: 'a', rejectedId: 'b' },
    ])
  })
})

describe('dpoRow', () => {
  it('is a TRL conversational preference row', () => {
    const row = dpoRow([{ role: 'user', content: 'Hi' }], 'Hello', 'Go away')
    expect(row).toEqual({
      prompt: [{ role: 'user', content: 'Hi' }],
      chosen: [{ role: 'assistant', content: 'Hello' }],
      rejected: [{ role: 'assistant', content: 'Go away' }],
    })
    expect(dpoRowSchema.safeParse(row).success).toBe(true)
  })

  it('refuses to prefer a text to itself', () => {
    expect(dpoRow([{ role: 'user', content: 'Hi' }], 'Hello ', 'Hello')).toBeNull()
  })

  it('prefers the longer response or not', () => {
    const longer = (chosen: string, rejected: string): boolean => {
      const row = dpoRow([], chosen, rejected)
      return row !== null && prefersLonger(row)
    }
    expect([longer('long', 'no'), longer('no', 'long'), longer('same', 'size')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
