// Opens a file of rows: its content tells the format, its name only what the content leaves open.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { FileFormat } from '../core/formats/fileFormat'
import { parseJson } from '../core/formats/jsonText'
import { notDataByConflict, notDataByHead } from '../core/formats/notData'
import { isRecord } from '../core/formats/values'
import { failureError } from '../shared/errors'
import { csvRows } from './csvRows'
import { csvShape, type TableSettings } from './csvShape'
import { headOf } from './fileHead'
import { jsonLayout, jsonRows } from './jsonRows'
import { PARQUET_MAGIC, parquetRows } from './parquetRows'
import type { Row } from './rows'
import { notDataFailure, openText, type TextSource } from './textSource'

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
  const ending = endingOf(file, head)
  if (head.toString('latin1', 0, 4) === PARQUET_MAGIC)
    return { format: { kind: 'parquet' }, rows: parquetRows(file) }
  if (ending === 'parquet') {
    const notData = notDataByHead(head)
    if (notData) throw notDataFailure(notData, file)
    return { format: { kind: 'parquet' }, rows: parquetRows(file) }
  }
  const source = await openText(file)
  if (ending === 'csv' || ending === 'tsv' || ending === 'txt') {
    if (!beginsAsJsonLines(source.head)) return textRows(source, ending, table, file)
  }
  const layout = jsonLayout(source.head, source.isWhole)
  return {
    format: { kind: layout.in === 'lines' ? 'jsonLines' : 'json' },
    rows: jsonRows(source, layout, file),
  }
}

function endingOf(file: string, head: Buffer): Ending {
  const [, name, compressed] = /\.([^./\\]+)(\.gz)?$/i.exec(path.basename(file)) ?? []
  const ending = ENDINGS.find((known) => known === name?.toLowerCase())
  if (ending !== undefined && !(ending === 'parquet' && compressed !== undefined)) return ending
  if (/^(\uFEFF)?\s*[[{]/.test(head.toString())) return 'json'
  throw failureError('bad-input', l10n.t('Prompts are not read from files with this ending.'), {
    where: file,
    remedy: l10n.t`Choose one of: ${ENDINGS.join(', ')}.`,
  })
}

/** Whether the first line is an object of JSON: prompts and tables do not begin so. */
function beginsAsJsonLines(head: string): boolean {
  const [first = ''] = head.trimStart().split(/[\r\n]/, 1)
  if (!first.startsWith('{')) return false
  const parsed = parseJson(first)
  return 'value' in parsed && isRecord(parsed.value)
}

function textRows(
  source: TextSource,
  ending: 'csv' | 'tsv' | 'txt',
  table: TableSettings,
  where: string,
): OpenedRows {
  if (ending === 'txt') return { format: { kind: 'text' }, rows: plainRows(source, where) }
  const shape = csvShape(source.head, table, ending === 'tsv' ? '\t' : ',')
  return {
    format: { kind: 'table', delimiter: shape.delimiter, header: shape.names.isFirstRow },
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
