// The tables and the chart of the benches: generated from stored results, and up to date in the
// repository.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { chartOf, type Result, tableOf, withTables } from '../../../bench/figures'
import { rowOf } from '../../../bench/report'
import { placesIn, readResults, recorded } from '../../../bench/results'

const result: Result = {
  bench: 'select',
  rows: [
    rowOf(
      { name: 'search <k=2>', unit: 'ms', peerName: 'other', goal: 50, oursMegabytes: 12.3 },
      [{ ours: 1, peer: 80 }],
      'less',
    ),
    rowOf({ name: 'only reported', unit: '', peerName: 'other' }, [{ ours: 1, peer: 2 }], 'more'),
  ],
  arguments: ['--runs', '1'],
  realData: true,
  date: '2026-01-02',
  machine: 'a machine',
  versions: { other: '1.2' },
}

test('a table has a line per row, and states command, date and machine', () => {
  const table = tableOf(result)
  expect(table).toContain(
    '| search <k=2> | other | 1.00 ms | 80.0 ms | 80.0 (80.0 to 80.0) | 50.0 | 1 | 12 MB |',
  )
  expect(table).toContain(
    '| only reported | other | 1.00 | 2.00 | 0.500 (0.500 to 0.500) |  | 1 |  |',
  )
  expect(table).toContain(
    '`npm run bench -- select --runs 1 --data FOLDER`, 2026-01-02; a machine; other 1.2.',
  )
})

test.each([
  [['--runs', '3', '--json'], ['--runs', '3'], false],
  [['--data', '/home/me/data', '--runs', '3'], ['--runs', '3'], true],
  [['--runs=3', '--data=/home/me/data'], ['--runs=3'], true],
  [['--folder', '/tmp/large', '--runs', '3', '--folder=x'], ['--runs', '3'], false],
])('the options %j are stored as %j', (given, kept, realData) =>
  expect(recorded(given)).toEqual({ arguments: kept, realData }),
)

test('tables replace only the text between their markers', () => {
  const before = 'a\n<!-- select -->\nold\n<!-- end -->\nb\n<!-- embed -->\nold\n<!-- end -->\nc\n'
  const after = withTables(before, [result])
  expect(after).toBe(
    `a\n<!-- select -->\n\n${tableOf(result)}\n\n<!-- end -->\nb\n<!-- embed -->\n\nNo figures are kept yet.\n\n<!-- end -->\nc\n`,
  )
  expect(withTables(after, [result])).toBe(after)
})

test('figures of several machines stand below each other, and the chart has the newest', () => {
  const older: Result = { ...result, date: '2026-01-01', machine: 'another machine' }
  const after = withTables('<!-- select -->\n<!-- end -->', [result, older])
  expect(after).toBe(`<!-- select -->\n\n${tableOf(result)}\n\n${tableOf(older)}\n\n<!-- end -->`)
  expect(chartOf([result, older])).toBe(chartOf([result]))
})

test('the chart has a bar for each row with a goal, and escapes names', () => {
  const chart = chartOf([result])
  expect(chart.match(/<rect/g)).toHaveLength(1)
  expect(chart).toContain('search &lt;k=2> / other')
})

describe('the committed document and chart', () => {
  const places = placesIn(path.join(import.meta.dirname, '../../..'))

  test('are up to date with the stored results', () => {
    const document = readFileSync(places.document, 'utf8')
    expect(withTables(document, readResults(places))).toBe(document)
    expect(readFileSync(places.chart, 'utf8')).toBe(chartOf(readResults(places)))
  })
})
