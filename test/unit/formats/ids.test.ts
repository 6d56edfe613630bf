// Ids follow from content: the same content the same id, whatever the order of keys; other content
// another id.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  candidateId,
  canonicalJson,
  generationId,
  promptId,
  selectionId,
  textHash,
} from '../../../src/core/formats/ids'
import type { Selection } from '../../../src/shared/domain'

const SELECTION: Omit<Selection, 'id'> = {
  promptId: 'p',
  round: 1,
  candidateIds: ['p-1-0', 'p-1-3'],
  textHashes: ['0', '3'],
  method: 'aepo',
  k: 2,
  lambda: 0.5,
  n: 8,
  objective: 0.4,
  representativeness: 0.6,
  redundancy: 0.4,
  exact: true,
  removed: [],
}

describe('promptId', () => {
  it('stays what it is: journals on disk depend on it', () => {
    expect(promptId([{ role: 'user', content: 'Hi' }])).toBe('557f6d9586f57ae7')
    expect(
      promptId([
        { role: 'system', content: 'Ä\u2028\ud83d' },
        { role: 'user', content: '' },
      ]),
    ).toMatch(/^[0-9a-f]{16}$/)
  })

  it('does not depend on the order of keys nor on further keys', () => {
    const plain = promptId([{ role: 'user', content: 'Hi' }])
    expect(
      promptId([{ content: 'Hi', role: 'user', name: 'x' } as { role: 'user'; content: string }]),
    ).toBe(plain)
  })

  it('tells apart role, content and split', () => {
    const ids = [
      promptId([{ role: 'user', content: 'ab' }]),
      promptId([{ role: 'system', content: 'ab' }]),
      promptId([
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
      ]),
      promptId([{ role: 'user', content: 'ab ' }]),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('selectionId', () => {
  it('does not change with the terms, which follow from the rest', () => {
    expect(selectionId({ ...SELECTION, objective: 0.4000000001, exact: false })).toBe(
      selectionId(SELECTION),
    )
  })

  it('stays what it is: annotations on disk depend on it', () => {
    expect(selectionId(SELECTION)).toBe('c5ccc502f148dc48')
  })

  it.each<Partial<Selection>>([
    { textHashes: [textHash('a'), textHash('b')] },
    { promptId: 'q' },
    { round: 2 },
    { candidateIds: ['p-1-0', 'p-1-4'] },
    { method: 'random' },
    { k: 3 },
    { lambda: 1 },
    { n: 9 },
  ])('changes with %o', (change) => {
    expect(selectionId({ ...SELECTION, ...change })).not.toBe(selectionId(SELECTION))
  })

  it('does not change with λ where the method does not read it', () => {
    const farthest = { ...SELECTION, method: 'farthest' as const }
    expect(selectionId({ ...farthest, lambda: 1 })).toBe(selectionId(farthest))
  })
})

describe('generationId and candidateId', () => {
  it('name settings and places', () => {
    const settings = {
      kind: 'generation' as const,
      model: 'm',
      device: 'cpu',
      sampling: { temperature: 1, topP: 0.9 },
    }
    expect(generationId(settings)).toBe(
      generationId({ ...settings, sampling: { topP: 0.9, temperature: 1 } }),
    )
    expect(generationId(settings)).not.toBe(generationId({ ...settings, device: 'webgpu' }))
    expect(candidateId('557f6d9586f57ae7', 1, 17)).toBe('557f6d9586f57ae7-1-17')
  })
})

describe('canonicalJson', () => {
  it('is JSON of the same value, and equal for equal values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(reversed(value))).toBe(text)
      }),
    )
  })
})

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}
