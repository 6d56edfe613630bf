// Rows of JSON texts of any length, found without parsing the text as a whole.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  JsonScanner,
  type RowsAt,
  type ScannedRow,
  type ScanProblem,
} from '../../../src/core/text/jsonScanner'

function scan(pieces: readonly string[], rowsAt: RowsAt): (ScannedRow | ScanProblem)[] {
  const scanner = new JsonScanner(rowsAt)
  return [...pieces.flatMap((piece) => [...scanner.scan(piece)]), ...scanner.end()]
}
const valuesOf = (pieces: readonly string[], rowsAt: RowsAt): unknown[] =>
  scan(pieces, rowsAt).map((found) => ('text' in found ? JSON.parse(found.text) : found) as unknown)

/** A text cut at some places. */
const cut = (text: string, cuts: readonly number[]): string[] => {
  const places = [...new Set(cuts.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [...places, text.length].map((end, i) => text.slice(places[i - 1] ?? 0, end))
}

it('finds what JSON.parse finds, however the text is cut and indented', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.constantFrom(0, 2),
      (values, cuts, indent) => {
        const list = JSON.stringify(values, null, indent)
        expect(valuesOf(cut(list, cuts), { in: 'list' })).toEqual(JSON.parse(list))
        const held = JSON.stringify(
          { a: [[1]], key: 'rows', rows: values, z: { rows: [0] } },
          null,
          indent,
        )
        expect(valuesOf(cut(held, cuts), { in: 'key', keys: ['rows'] })).toEqual(JSON.parse(list))
        const lines = values.map((value) => JSON.stringify(value, null, indent)).join('\n')
        expect(valuesOf(cut(lines, cuts), { in: 'text' })).toEqual(JSON.parse(list))
      },
    ),
  )
})

it('tells line and column of each row', () => {
  expect(scan(['[\n  {"a": "\\n"},', ' [\n1], 7\n]'], { in: 'list' })).toEqual([
    { text: '{"a": "\\n"}', line: 2, column: 3 },
    { text: '[\n1]', line: 2, column: 16 },
    { text: '7', line: 3, column: 5 },
  ])
})

it.each<[text: string, rowsAt: RowsAt, problem: object]>([
  ['[{"a": 1', { in: 'list' }, { problem: 'unclosed', line: 1 }],
  ['["a', { in: 'list' }, { problem: 'unclosed' }],
  ['{"data": [{"a": 1}]', { in: 'key', keys: ['data'] }, { problem: 'unclosed' }],
  ['[1]\n]', { in: 'list' }, { problem: 'unopened', line: 2, column: 1 }],
  ['[{"a": 1}\n {"a": 2}]', { in: 'list' }, { problem: 'comma', line: 2, column: 2 }],
  ['['.repeat(500), { in: 'list' }, { problem: 'deep' }],
])('says what is wrong with %j', (text, rowsAt, problem) => {
  expect(scan([text], rowsAt)).toContainEqual(expect.objectContaining(problem))
})
