// Opens a file of rows: its content tells the format, its name only what the content leaves open.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { FileFormat } from '../core/rows/fileFormat'
import { endsWithinValue } from '../core/text/jsonScanner'
import { parseJson } from '../core/text/jsonText'
import { notDataByConflict, notDataByHead } from '../core/text/notData'
import { isRecord, shortened } from '../core/text/values'
import { type FailureError, failureError } from '../shared/errors'
import { csvRows } from './csvRows'
import { csvShape, type TableSettings } from './csvShape'
import { headOf } from './fileHead'
import { jsonLayout, jsonRows } from './jsonRows'
import { PARQUET_MAGIC, parquetRows } from './parquetRows'
import type { Row } from './rows'
import { mustHoldText, notDataFailure, openText, type TextSource } from './textSource'

export interface OpenedRows {
  format: FileFormat
  rows: AsyncGenerator<Row>
}

type Ending = 'jsonl' | 'ndjson' | 'json' | 'csv' | 'tsv' | 'txt' | 'parquet'

/** Endings of the files that can be read; each also with `.gz` behind, but for Parquet. */
const ENDINGS: readonly Ending[] = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'txt', 'parquet']

/**
 * The rows of a file: objects of tables and JSON, strings of plain text (one prompt a line).
 * Nothing is held but the row at hand. Gzip, Parquet and JSON are recognised under any ending.
 * @param table what is known of a delimited table.
 * @throws FailureError `not-found`, `no-permission`; `bad-input` for an unknown ending, and for a
 *   file that holds no rows: see {@link openText}.
 */
export async function openRows(file: string, table: TableSettings = {}): Promise<OpenedRows> {
  const head = await headOf(file, 512)
  const ending = endingOf(file, head) ?? (await failUnknown(file))
  if (head.toString('latin1', 0, 4) === PARQUET_MAGIC)
    return { format: { kind: 'parquet' }, rows: parquetRows(file) }
  if (ending === 'parquet') {
    const notData = notDataByHead(head)
    if (notData) throw notDataFailure(notData, file)
    return { format: { kind: 'parquet' }, rows: parquetRows(file) }
  }
  const source = await openText(file)
  if (ending === 'csv' || ending === 'tsv' || ending === 'txt') {
    if (!beginsAsJson(source.head)) return textRows(source, ending, table, file)
  } else if (!mayBeJson(source.head)) throw noJson(file, source.head)
  const layout = jsonLayout(source.head, source.isWhole)
  return {
    format: { kind: layout.in === 'lines' ? 'jsonLines' : 'json' },
    rows: jsonRows(source, layout, file),
  }
}

function endingOf(file: string, head: Buffer): Ending | null {
  const [, name, compressed] = /\.([^./\\]+)(\.gz)?$/i.exec(path.basename(file)) ?? []
  const ending = ENDINGS.find((known) => known === name?.toLowerCase())
  if (ending !== undefined && !(ending === 'parquet' && compressed !== undefined)) return ending
  return /^(\uFEFF)?\s*[[{]/.test(head.toString()) ? 'json' : null
}

/** @throws FailureError that names what the file is, where its content tells that. */
async function failUnknown(file: string): Promise<never> {
  await mustHoldText(file)
  throw failureError('bad-input', l10n.t('Prompts are not read from files with this ending.'), {
    where: file,
    remedy: l10n.t`Choose one of: ${ENDINGS.join(', ')}.`,
  })
}

/**
 * Whether a text begins as JSON: with an object or a list of objects, on one line or over several.
 * Prompts and tables do not begin so.
 */
function beginsAsJson(head: string): boolean {
  const [first = ''] = linesOf(head)
  if (!/^(\[\s*)?(\{|$)/.test(first)) return false
  const parsed = parseJson(first)
  if (!('value' in parsed)) return /^[[{\s]+("|$)/.test(first) && endsWithinValue(first)
  const [row] = Array.isArray(parsed.value) ? (parsed.value as unknown[]) : [parsed.value]
  return isRecord(row)
}

/** Whether a text is JSON, perhaps with faults: it begins with a bracket, or has a line of JSON. */
function mayBeJson(head: string): boolean {
  const lines = linesOf(head)
  return (
    lines.length === 0 ||
    lines.some((line) => /^[[{]/.test(line) || 'value' in parseJson(line)) ||
    lines.some((line) => notDataByConflict(line) !== null)
  )
}

const noJson = (where: string, head: string): FailureError =>
  failureError(
    'bad-input',
    l10n.t`This file is not JSON: it begins with “${shortened(head, EXCERPT_CHARACTERS)}”.`,
    {
      where,
      line: 1,
      remedy: l10n.t(
        'If it is a table, give its name the ending .csv; if it has one prompt per line, .txt.',
      ),
    },
  )

/** Characters of a text that show what it is. */
const EXCERPT_CHARACTERS = 40

/** The lines of a text that are not blank, trimmed. */
const linesOf = (head: string): string[] =>
  head
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

function textRows(
  source: TextSource,
  ending: 'csv' | 'tsv' | 'txt',
  table: TableSettings,
  where: string,
): OpenedRows {
  if (ending === 'txt') return { format: { kind: 'text' }, rows: plainRows(source, where) }
  const shape = csvShape(source.head, table, ending === 'tsv' ? '\t' : ',')
  const { delimiter, names, headerBelow } = shape
  return {
    format: {
      kind: 'table',
      delimiter,
      header: names.isFirstRow,
      ...(headerBelow === undefined ? {} : { headerBelow }),
    },
    rows: csvRows(source, shape, where),
  }
}

async function* plainRows(source: TextSource, where: string): AsyncGenerator<Row> {
  for await (const { text, line } of source.lines()) {
    const notData = notDataByConflict(text)
    if (notData) throw notDataFailure(notData, where, line)
    if (text.trim() !== '') yield { row: text, line }
  }
}
