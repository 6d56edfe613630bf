// Tables of numbers that find rows by hashes: they find what was added, and nothing else.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textHash } from '../../../../src/core/formats/ids'
import { RowBuckets } from '../../../../src/store/tables/rowBuckets'
import { addFromLine, VectorRows } from '../../../../src/store/tables/vectorRows'

describe('RowBuckets', () => {
  it('finds all rows of a key, the last first, while it grows, and none with the key 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 0xffff_ffff })), {
          maxLength: 5000,
          size: 'max',
        }),
        (keys) => {
          const buckets = new RowBuckets((row) => keys[row] ?? NaN)
          buckets.addUpTo(Math.floor(keys.length / 2))
          buckets.addUpTo(keys.length)
          for (const key of new Set([...keys.slice(0, 50), 0, 21])) {
            const rows = [...buckets.rows(key)].filter((row) => keys[row] === key)
            const expected = keys.flatMap((each, row) => (each === key && key > 0 ? [row] : []))
            expect(rows).toEqual(expected.reverse())
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('VectorRows', () => {
  it('finds the last row of each candidate and text', () => {
    const rows = new VectorRows()
    const pairs = Array.from({ length: 3000 }, (_, i) => [
      `p-1-${i % 1000}`,
      textHash(`${i % 1500}`),
    ])
    for (const [id = '', hash = ''] of pairs) rows.add(id, hash)
    const last = new Map(pairs.map((pair, row) => [pair.join(), row]))
    for (const [id = '', hash = ''] of pairs)
      expect(rows.find(id, hash)).toBe(last.get([id, hash].join()))
    expect(rows.find('p-1-1', textHash('2'))).toBeUndefined()
    expect(rows.find('q-1-1', textHash('1'))).toBeUndefined()
  })

  it('reads a line without JSON as it would be read with JSON, or leaves it', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '',
        'p-1-0',
        'a"b',
        'a\\u0041',
        'ü',
        '","textHash":"0123456789abcdef"}',
        '\u007f',
      ),
    )
    const hash = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{16}$/),
      fc.constantFrom(
        '0123456789ABCDEF',
        '0123456789abcdeg',
        '0123',
        '0123456789abcde"',
        '01234567:9abcdef',
      ),
    )
    fc.assert(
      fc.property(id, hash, fc.constantFrom('', ' '), (candidateId, textHashOfRow, space) => {
        const line = `${JSON.stringify({ candidateId, textHash: textHashOfRow })}${space}`
        const rows = new VectorRows()
        const isAdded = addFromLine(rows, Buffer.from(line))
        expect(rows.size).toBe(Number(isAdded))
        if (isAdded) {
          expect(textHashOfRow).toMatch(/^[0-9a-f]{16}$/)
          expect(rows.find(candidateId, textHashOfRow)).toBe(0)
        } else {
          expect(
            /^[ !#-[\]-~]*$/.test(candidateId) &&
              /^[0-9a-f]{16}$/.test(textHashOfRow) &&
              space === '',
          ).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })
})
