// The shape of a delimited table, found from its beginning: its delimiter, and whether its first
// row names the columns.
import { parse } from 'csv-parse/sync'
import { isKnownField, isPromptField, normalName } from '../core/rows/rowFields'

/** What the curation file says; the rest is found. */
export interface TableSettings {
  delimiter?: string | undefined
  header?: boolean | undefined
}

export interface CsvShape {
  /** null where the table has a single column: its lines are not divided. */
  delimiter: string | null
  names: {
    fields: string[]
    /** Whether the first row holds them. */
    isFirstRow: boolean
  }
  /** Lines before the table: Excel's `sep=;`. */
  skippedLines: number
  /** 1-based line that looks like the header, if lines such as a title are above it. */
  headerBelow?: number
}

const DELIMITERS = [',', ';', '\t', '|']

/** Divides nothing: no text holds it. */
const NO_DELIMITER = '\u{F8FF}\u{F8FE}'

export const CSV_OPTIONS = {
  delimiter: NO_DELIMITER,
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
}

/** Rows that are looked at. */
const ROWS_LOOKED_AT = 20

/** @param usual delimiter of files with this ending. */
export function csvShape(head: string, settings: TableSettings, usual: string): CsvShape {
  const [, separator] = /^sep=(.)\r?\n?/i.exec(head) ?? []
  const text =
    separator === undefined ? head : head.slice(head.search(/[\r\n]/) + 1).replace(/^\n/, '')
  const given = settings.delimiter ?? separator
  const delimiter = given ?? bestDelimiter(text, usual)
  const rows = firstRows(text, delimiter)
  const isFirstRow = settings.header ?? isHeader(rows)
  const skippedLines = separator === undefined ? 0 : 1
  const below = isFirstRow ? undefined : headerBelow(text, usual)
  return {
    delimiter: given ?? (rows[0]?.length === 1 ? null : delimiter),
    names: { fields: columnNames(rows[0] ?? [], isFirstRow), isFirstRow },
    skippedLines,
    ...(below === undefined ? {} : { headerBelow: below + skippedLines }),
  }
}

/** The line of the first row after the first one that is nothing but names, one of a prompt. */
function headerBelow(text: string, usual: string): number | undefined {
  for (const delimiter of delimitersFrom(usual)) {
    const lines: number[] = []
    const rows = firstRows(text, delimiter, lines)
    const place = rows.findIndex(
      (row, i) =>
        i > 0 &&
        row.some((cell) => isPromptField(cell)) &&
        row.every((cell) => isName(normalName(cell))) &&
        rows[i + 1]?.length === row.length,
    )
    if (place > 0) return lines[place]
  }
  return undefined
}

const delimitersFrom = (usual: string): string[] => [
  usual,
  ...DELIMITERS.filter((other) => other !== usual),
]

/** The one that finds a name of a prompt in the first row, then the one that divides evenly. */
function bestDelimiter(text: string, usual: string): string {
  const scores = delimitersFrom(usual).map((delimiter) => {
    const rows = firstRows(text, delimiter)
    const width = rows[0]?.length ?? 0
    const isDivided = width > 1
    const even = rows.filter((row) => row.length === width).length / Math.max(1, rows.length)
    const named = (rows[0] ?? []).some((cell) => isKnownField(cell))
    return { delimiter, score: isDivided ? Number(named) * 4 + even * 2 + width / 1000 : 0 }
  })
  return scores.reduce((best, other) => (other.score > best.score ? other : best)).delimiter
}

/**
 * The cells of the first rows; the last row may be cut.
 * @param lines receives the 1-based line on which each ends.
 */
function firstRows(head: string, delimiter: string, lines: number[] = []): string[][] {
  const rows: string[][] = []
  try {
    parse(head, {
      ...CSV_OPTIONS,
      delimiter,
      to: ROWS_LOOKED_AT,
      on_record: (record: string[], info) => {
        rows.push(record)
        lines.push(info.lines)
        return null
      },
    })
  } catch {
    // the head ends within a quote, or a quote is not closed: reading says so
  }
  return rows
}

/** Whether the first row names columns: a known name, or nothing but words that name something. */
function isHeader(rows: readonly string[][]): boolean {
  const [first = []] = rows
  if (first.some((cell) => isKnownField(cell))) return true
  if (first.length === 1) return /^[a-z][a-z\d_]*$/.test(first[0]?.trim() ?? '')
  const names = first.map(normalName)
  return (
    new Set(names).size === names.length &&
    names.every((name, place) => isName(name) || (name === '' && place === 0))
  )
}

/** A word or two without punctuation; three or more words are a sentence. */
const isName = (name: string): boolean =>
  /^[\p{L}_][\p{L}\p{N}_.:/()]*$/u.test(name) && name.split('_').length <= 3 && !/[.:]$/.test(name)

/** The names of columns, by the cells of the first row. */
export const columnNames = (cells: readonly string[], isHeader: boolean): string[] =>
  isHeader ? namesOf(cells) : cells.map((_, place) => `column${place + 1}`)

/** Columns without a name, such as the index of pandas, and repeated names get a number. */
function namesOf(cells: readonly string[]): string[] {
  const names = new Set<string>()
  for (const [place, cell] of cells.entries()) {
    let name = cell.trim() || `column${place + 1}`
    while (names.has(name)) name += `.${place + 1}`
    names.add(name)
  }
  return [...names]
}
