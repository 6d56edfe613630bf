// Lines by their positions, and the values used last.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSpans } from '../../../src/store/lineReader'
import { Recent } from '../../../src/store/recent'
import { temporaryFolder } from '../../support/temporaryFolder'

describe('readSpans', () => {
  it('gives the bytes of each span in the order asked, fewer behind the end of the file', () => {
    const file = path.join(temporaryFolder(), 'f')
    const content = Buffer.from(
      Array.from({ length: 9_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255),
    )
    writeFileSync(file, content)
    fc.assert(
      fc.property(
        fc.array(fc.record({ offset: fc.nat(content.length + 10), length: fc.nat(70_000) }), {
          maxLength: 30,
        }),
        (spans) => {
          const expected = spans.map(({ offset, length }) =>
            content.subarray(offset, offset + length),
          )
          expect(
            readSpans(file, spans).map((bytes, i) => bytes.equals(expected[i] ?? bytes)),
          ).toEqual(spans.map(() => true))
        },
      ),
      { numRuns: 20 },
    )
  })

  it('gives nothing of a file that does not exist', () => {
    const file = path.join(temporaryFolder(), 'f')
    expect(readSpans(file, [{ offset: 0, length: 3 }])).toEqual([Buffer.alloc(0)])
  })
})

describe('Recent', () => {
  it('keeps what was used last, up to the weight', () => {
    const recent = new Recent<string, number>(10)
    recent.set('a', 1, 4)
    recent.set('b', 2, 4)
    recent.get('a')
    recent.set('c', 3, 4)
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3])
    recent.set('a', 5, 8)
    expect(['a', 'c'].map((key) => recent.get(key))).toEqual([5, undefined])
    recent.set('d', 6, 11)
    expect(['a', 'd'].map((key) => recent.get(key))).toEqual([undefined, undefined])
    recent.set('e', 7, 10)
    expect(recent.get('e')).toBe(7)
  })

  it('where it is full, makes room for more than the next one', () => {
    const recent = new Recent<number, number>(16)
    for (let key = 0; key <= 16; key++) recent.set(key, key, 1)
    expect([2, 3].map((key) => recent.get(key))).toEqual([undefined, 3])
  })
})
