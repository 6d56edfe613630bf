// Rows of JSON files, each with its line: JSON Lines, lists of rows, objects that hold a list, rows
// over several lines, tables column by column. The content tells which of them a file is.
import * as l10n from '@vscode/l10n'
import { batchOf, jsonShape } from '../core/rows/jsonShape'
import type { JsonProblem } from '../core/text/jsonProblem'
import {
  endsWithinValue,
  type RowsAt,
  JsonScanner,
  type ScanProblem,
} from '../core/text/jsonScanner'
import { DEEPEST_JSON, parseJson } from '../core/text/jsonText'
import { notDataByConflict } from '../core/text/notData'
import { parsePythonLiteral } from '../core/text/pythonLiteral'
import { isRecord } from '../core/text/values'
import { failureError, type FailureError } from '../shared/errors'
import type { Row } from './rows'
import { notDataFailure, type TextLine, type TextSource, truncated } from './textSource'

const WITHIN_VALUE = l10n.t('its JSON ends within a value')

/** How the rows of a JSON file lie. */
export type JsonLayout = RowsAt | { in: 'lines' } | { in: 'columns' }

/** A table column by column is read as one text: V8 holds no longer one. */
const LONGEST_TABLE_CHARACTERS = 2 ** 29 - 24

/** How the rows lie in a text with this beginning. @param isWhole whether it is all of it. */
export function jsonLayout(head: string, isWhole: boolean): JsonLayout {
  const [first = '', second = ''] = firstLines(head)
  const isComplete = isWhole || /[\r\n]/.test(head.trimStart())
  const start = first.trimStart().charAt(0)
  if (start !== '[' && start !== '{') return { in: 'lines' }
  if (isComplete && 'value' in parseJson(first) && second !== '') return { in: 'lines' }
  if (isBrokenRow(first, second)) return { in: 'lines' }
  const shape = jsonShape(head)
  return shape.in === 'text' && second === '' ? { in: 'lines' } : shape
}

/** The first two lines that are not blank. */
const firstLines = (head: string): string[] =>
  head
    .split(/\r?\n|\r/, 64)
    .filter((line) => line.trim() !== '')
    .slice(0, 2)

/** Whether a line is a row of JSON Lines that does not parse: the next line begins a new row. */
const isBrokenRow = (first: string, second: string): boolean =>
  /^\s*\{.*[^\s[{:,]\s*$/.test(first) && second.startsWith('{')

export async function* jsonRows(
  source: TextSource,
  layout: JsonLayout,
  where: string,
): AsyncGenerator<Row> {
  if (layout.in === 'lines') yield* rowsOfLines(source.lines(), where)
  else if (layout.in === 'columns') yield* rowsOfColumns(source.pieces(), where)
  else yield* scannedRows(source.pieces(), layout, where)
}

/** One value a line, of JSON or as Python prints a dictionary; blank lines are passed over. */
async function* rowsOfLines(lines: AsyncIterable<TextLine>, where: string): AsyncGenerator<Row> {
  for await (const { text, end, line } of lines) {
    if (text.trim() === '') continue
    const parsed = parseJson(text)
    const python = 'value' in parsed ? undefined : parsePythonLiteral(text)
    const joined = 'value' in parsed ? batchOf(parsed.value) : joinedRows(text)
    if (joined) for (const row of joined) yield { row, line }
    else if ('value' in parsed) yield { row: parsed.value, line }
    else if (isRecord(python?.value)) yield { row: python.value, line }
    else {
      const notData = notDataByConflict(text)
      if (notData) throw notDataFailure(notData, where, line)
      if (end === '' && /^\s*[[{]/.test(text) && endsWithinValue(text))
        throw truncated(WITHIN_VALUE, where, line)
      yield { broken: l10n.t`column ${parsed.problem.column}: ${parsed.problem.message}`, line }
    }
  }
}

/**
 * Objects one after another on one line, as where files without a line feed at their end were put
 * together; null for any other text.
 */
function joinedRows(text: string): unknown[] | null {
  if (!/^\s*\{.*\}\s*\{/s.test(text)) return null
  const scanner = new JsonScanner({ in: 'text' })
  const rows: unknown[] = []
  for (const found of [...scanner.scan(text), ...scanner.end()]) {
    const parsed = 'problem' in found ? null : parseJson(found.text)
    if (parsed === null || !('value' in parsed) || !isRecord(parsed.value)) return null
    rows.push(parsed.value)
  }
  return rows
}

async function* scannedRows(
  pieces: AsyncIterable<string>,
  rowsAt: RowsAt,
  where: string,
): AsyncGenerator<Row> {
  const scanner = new JsonScanner(rowsAt)
  for await (const piece of pieces) {
    for (const found of scanner.scan(piece)) {
      if ('problem' in found) throw structureFailure(found, where)
      yield parsedRow(found.text, found.line, found.column, where)
    }
  }
  for (const found of scanner.end()) {
    if ('problem' in found) throw structureFailure(found, where)
    yield parsedRow(found.text, found.line, found.column, where)
  }
}

function parsedRow(text: string, line: number, column: number, where: string): Row {
  const parsed = parseJson(text)
  if ('value' in parsed) return { row: parsed.value, line }
  for (const [place, part] of text.split('\n').entries()) {
    const notData = notDataByConflict(part.trim())
    if (notData) throw notDataFailure(notData, where, line + place)
  }
  return { broken: describeProblem(parsed.problem, line, column), line }
}

/** @param line and column on which the row begins. */
function describeProblem(problem: JsonProblem, line: number, column: number): string {
  return problem.line === 1
    ? l10n.t`column ${column + problem.column - 1}: ${problem.message}`
    : l10n.t`line ${line + problem.line - 1}, column ${problem.column}: ${problem.message}`
}

function structureFailure({ problem, line, column }: ScanProblem, where: string): FailureError {
  const place = { where, line, column }
  switch (problem) {
    case 'unclosed':
      return truncated(WITHIN_VALUE, where, line)
    case 'deep':
      return failureError(
        'bad-input',
        l10n.t`The value is nested more than ${DEEPEST_JSON} levels deep.`,
        { where, line, remedy: l10n.t('Choose a file of rows.') },
      )
    case 'unopened':
      return failureError('bad-input', l10n.t('This bracket closes nothing.'), {
        ...place,
        remedy: l10n.t('Correct the JSON.'),
      })
    case 'comma':
      return failureError('bad-input', l10n.t('A comma is missing before this.'), {
        ...place,
        remedy: l10n.t('Correct the JSON.'),
      })
  }
}

/** `{"prompt": ["a", "b"]}`, or `{"prompt": {"0": "a", "1": "b"}}`. */
async function* rowsOfColumns(pieces: AsyncIterable<string>, where: string): AsyncGenerator<Row> {
  const texts: string[] = []
  let characters = 0
  for await (const piece of pieces) {
    texts.push(piece)
    characters += piece.length
    if (characters > LONGEST_TABLE_CHARACTERS)
      throw failureError('bad-input', l10n.t('This table is longer than half a gigabyte.'), {
        where,
        remedy: l10n.t('Convert it to JSON Lines.'),
      })
  }
  const parsed = parseJson(texts.join(''))
  if ('problem' in parsed) {
    const { message, line, column } = parsed.problem
    throw failureError('bad-input', message, {
      where,
      line,
      column,
      remedy: l10n.t('Correct the JSON.'),
    })
  }
  const columns = isRecord(parsed.value) ? Object.entries(parsed.value) : []
  const keys = new Set(columns.flatMap(([, column]) => Object.keys(column as object)))
  let line = 0
  for (const key of keys) {
    line++
    yield {
      row: Object.fromEntries(
        columns.map(([name, column]) => [name, (column as Record<string, unknown>)[key] ?? null]),
      ),
      line,
    }
  }
}
