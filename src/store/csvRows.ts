// Rows of delimited tables, each with its line: CSV, TSV and what spreadsheets export.
import * as l10n from '@vscode/l10n'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { oneOrSeveral } from '../core/counted'
import { notDataByConflict } from '../core/text/notData'
import { failureError } from '../shared/errors'
import type { CsvShape } from './csvShape'
import { columnNames, CSV_OPTIONS } from './csvShape'
import type { Row } from './rows'
import { notDataFailure, type TextSource } from './textSource'

/** Quoted cells may hold line ends, which are kept. A row counts as standing on its last line. */
export async function* csvRows(
  source: TextSource,
  { delimiter, names, skippedLines }: CsvShape,
  where: string,
): AsyncGenerator<Row> {
  const lines = new LineNumbers(skippedLines)
  const parser = parse({
    ...CSV_OPTIONS,
    ...(delimiter === null ? {} : { delimiter }),
    on_record: (record, info) => {
      lines.add(record, info.lines)
      return record
    },
  })
  const text = Readable.from(linesFrom(source, skippedLines))
  text.on('error', (error) => parser.destroy(error))
  text.pipe(parser)
  // of the whole first row: the shape was found from the beginning of the file, which may be less
  let fields: string[] | undefined
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      const line = lines.take()
      const conflict = cells.length === 1 ? notDataByConflict(cells[0] ?? '') : null
      if (conflict) throw notDataFailure(conflict, where, line)
      const isHeader = fields === undefined && names.isFirstRow
      fields ??= columnNames(cells, names.isFirstRow)
      if (!isHeader) yield rowOf(cells, fields, line)
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    throw thrown.code === 'CSV_QUOTE_NOT_CLOSED'
      ? failureError(
          'bad-input',
          l10n.t('A quote of this row is not closed before the file ends.'),
          {
            where,
            line: lines.next,
            remedy: l10n.t('Close the quote. If the file is truncated, fetch it again.'),
          },
        )
      : failureError('bad-input', `${thrown.message}.`, {
          where,
          line: lines.next,
          remedy: l10n.t('Correct or remove the row.'),
        })
  } finally {
    text.destroy()
    parser.destroy()
  }
}

/** On which lines rows end: of those that the parser has read and the reader has not. */
class LineNumbers {
  private readonly waiting: number[] = []
  private last: number
  private surplus = 0

  constructor(private readonly skipped: number) {
    this.last = skipped
  }

  /** The line that follows the last row which the parser has read. */
  get next(): number {
    return this.last + 1
  }

  /** @param counted lines so far; the parser counts line ends of two characters in cells twice. */
  add(cells: readonly string[], counted: number): void {
    for (const cell of cells) this.surplus += cell.split('\r\n').length - 1
    this.last = this.skipped + counted - this.surplus
    this.waiting.push(this.last)
  }

  take(): number {
    return this.waiting.shift() ?? this.last
  }
}

async function* linesFrom(source: TextSource, skippedLines: number): AsyncGenerator<string> {
  for await (const { text, end, line } of source.lines()) if (line > skippedLines) yield text + end
}

/** Empty cells behind the last column are nothing. */
function rowOf(cells: readonly string[], fields: readonly string[], line: number): Row {
  if (cells.length < fields.length || cells.slice(fields.length).some((cell) => cell !== ''))
    return {
      line,
      broken: l10n.t`the row has ${countedCells(cells.length)}, the table has ${countedColumns(fields.length)}`,
    }
  return { line, row: Object.fromEntries(fields.map((name, place) => [name, cells[place]])) }
}

const countedCells = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 cell'), l10n.t`${count} cells`)

const countedColumns = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 column'), l10n.t`${count} columns`)
