// The guard: each rule, their order, and when rules do not apply.
import { describe, expect, it } from 'vitest'
import { guardPool } from '../../../src/core/selection/guard'
import type { PooledText } from '../../../src/shared/selectionProtocol'
import { goodText } from './texts'

/** Five distinct good responses of about 300 characters. */
const GOOD = [0, 1, 2, 3, 4].map((seed) => goodText(seed))
const pool = (...texts: string[]): PooledText[] =>
  texts.map((text, i) => ({ id: `c${i}`, text, isCutOff: false, isSeen: false }))
const STRICT = { repeatedTexts: [], enabled: true, k: 2 }
const removedOf = (
  texts: string[],
  repeated: string[] = [],
  enabled = true,
): Record<string, string> =>
  Object.fromEntries(
    guardPool(pool(...texts), {
      repeatedTexts: repeated,
      enabled,
      k: 2,
    }).removed.map(({ id, reason }) => [id, reason]),
  )

describe('guardPool', () => {
  it('keeps good responses', () => {
    expect(guardPool(pool(...GOOD), STRICT)).toEqual({ kept: [0, 1, 2, 3, 4], removed: [] })
  })

  it.each<[reason: string, text: string]>([
    ['empty', ''],
    ['empty', ' \n\t '],
    ['duplicate', `  ${GOOD[0] ?? ''}\n`],
    ['stub', 'Sure!'],
    ['repeated-under-prompts', 'I am sorry, but I cannot help with that.'],
    ['looping', 'and then the cat sat down '.repeat(20)],
    ['looping', 'a'.repeat(300)],
    ['looping', '你好世界'.repeat(60)],
  ])('removes as %s: %j', (reason, text) => {
    expect(removedOf([...GOOD, text], ['I am sorry, but I cannot help with that.'])).toEqual({
      c5: reason,
    })
  })

  it('keeps the first of equal texts', () => {
    expect(guardPool(pool('a', ...GOOD, 'a'), { ...STRICT, enabled: false }).removed).toEqual([
      { id: 'c6', reason: 'duplicate' },
    ])
  })

  it('removes what was shown before, and judges the rest as if it were there', () => {
    const shown = (...indices: number[]): PooledText[] =>
      pool(...GOOD, GOOD[0] ?? '', 'ok').map((entry, i) => ({
        ...entry,
        isSeen: indices.includes(i),
      }))
    expect(guardPool(shown(0, 1, 2), STRICT)).toEqual({
      kept: [3, 4],
      removed: [
        ...['c0', 'c1', 'c2'].map((id) => ({ id, reason: 'seen' })),
        { id: 'c5', reason: 'duplicate' },
        { id: 'c6', reason: 'stub' },
      ],
    })
    expect(guardPool(shown(0), { ...STRICT, enabled: false }).removed[0]?.reason).toBe('seen')
  })

  it('keeps short responses if all are short: a stub is also shorter than 10 % of the median', () => {
    expect(removedOf(['Paris.', 'In Paris.', 'Paris, France', 'It is Paris.', 'P'])).toEqual({})
  })

  it('counts characters, not UTF-16 units, and the median of distinct texts', () => {
    const stub = '🙂'.repeat(19) // 38 units
    expect(removedOf([...GOOD, stub, '🙂'.repeat(20)])).toEqual({ c5: 'stub' })
    // If copies counted, the median would be 3, and no text would be shorter than 10 % of it.
    const manyStubs = Array.from({ length: 9 }, () => 'Ok.')
    expect(Object.values(removedOf([...GOOD, ...manyStubs]))).toEqual([
      'stub',
      ...manyStubs.slice(1).map(() => 'duplicate'),
    ])
  })

  it('keeps a long text with some repetition', () => {
    const halfRepeated = `${GOOD[0] ?? ''} ${'one two three four '.repeat(10)}`
    expect(removedOf([...GOOD.slice(1), halfRepeated])).toEqual({})
    expect(removedOf([...GOOD, 'go on and on '.repeat(15)])).toEqual({}) // 195 characters
  })

  it('removes only empty ones and duplicates if fewer than four would remain', () => {
    const texts = [...GOOD.slice(0, 3), 'Sure!', '', GOOD[0] ?? '']
    expect(removedOf(texts)).toEqual({ c4: 'empty', c5: 'duplicate' })
    expect(removedOf([...texts, GOOD[3] ?? ''])).toEqual({
      c3: 'stub',
      c4: 'empty',
      c5: 'duplicate',
    })
  })

  it('removes only empty ones and duplicates if it is off', () => {
    expect(removedOf([...GOOD, 'Sure!', 'b '.repeat(200), '', 'Sure!'], ['Sure!'], false)).toEqual({
      c7: 'empty',
      c8: 'duplicate',
    })
  })

  describe('cut-off candidates', () => {
    const cutOff = (...indices: number[]): ReturnType<typeof pool> =>
      pool(...GOOD).map((entry, i) => ({ ...entry, isCutOff: indices.includes(i) }))

    it('leave the pool if k finished ones remain', () => {
      expect(guardPool(cutOff(0, 2, 4), STRICT)).toEqual({
        kept: [1, 3],
        removed: ['c0', 'c2', 'c4'].map((id) => ({ id, reason: 'cut-off' })),
      })
    })

    it('stay if fewer than k finished ones remain, or if the guard is off', () => {
      expect(guardPool(cutOff(0, 2, 4), { ...STRICT, k: 3 }).removed).toEqual([])
      expect(guardPool(cutOff(0, 2, 4), { ...STRICT, enabled: false }).removed).toEqual([])
    })

    it('stay if the only finished candidate is degenerate', () => {
      const entries = [
        ...cutOff(0, 1, 2, 3),
        { id: 'loop', text: 'so it is '.repeat(60), isCutOff: false, isSeen: false },
      ]
      expect(guardPool(entries, STRICT)).toEqual({
        kept: [0, 1, 2, 3, 4],
        removed: [{ id: 'loop', reason: 'looping' }],
      })
    })
  })

  it('accepts empty pools and pools of empty texts', () => {
    expect(guardPool([], STRICT)).toEqual({ kept: [], removed: [] })
    expect(guardPool(pool('', ''), STRICT)).toEqual({
      kept: [],
      removed: [
        { id: 'c0', reason: 'empty' },
        { id: 'c1', reason: 'empty' },
      ],
    })
  })
})
