// Files of prompts in every format people have them in, read row by row.
import * as l10n from '@vscode/l10n'
import { type PromptFields, rowToPrompt } from '../core/formats/prompts'
import type { Prompt } from '../shared/domain'
import { failureError } from '../shared/errors'
import { jsonLineRows, jsonRows, type Row } from './jsonRows'
import { csvRows, parquetRows } from './tableRows'
import { type TextLine, textLines } from './textSource'

/** Rows that {@link fieldNames} looks at. */
const ROWS_LOOKED_AT = 20

const READERS: Readonly<Record<string, (file: string) => AsyncGenerator<Row>>> = {
  jsonl: (file) => jsonLineRows(textLines(file), file),
  ndjson: (file) => jsonLineRows(textLines(file), file),
  json: (file) => jsonRows(textLines(file), file),
  csv: (file) => csvRows(textLines(file), file, ','),
  tsv: (file) => csvRows(textLines(file), file, '\t'),
  txt: (file) => plainRows(textLines(file)),
  parquet: parquetRows,
}

/** Endings of the files that can be read; all but Parquet also with `.gz` behind. */
const PROMPT_FILE_ENDINGS: readonly string[] = Object.keys(READERS)

/**
 * The rows of a file, by the ending of its name: objects of tables and JSON, texts of plain text
 * (one prompt a line). Nothing is held but the row at hand (a list in `.json`: the file).
 * @throws FailureError `not-found`, `no-permission`, or `bad-input` with line and column: an
 *   unknown ending, not UTF-8, not JSON, no rows.
 */
export async function* readPromptRows(file: string): AsyncGenerator<Row> {
  const ending = /\.([^./\\]+)(\.gz)?$/.exec(file)
  const name = ending?.[1]?.toLowerCase() ?? ''
  const reader =
    Object.hasOwn(READERS, name) && !(name === 'parquet' && ending?.[2]) ? READERS[name] : undefined
  if (!reader)
    throw failureError('bad-input', l10n.t('Prompts are not read from files with this ending.'), {
      where: file,
      remedy: l10n.t`Choose one of: ${PROMPT_FILE_ENDINGS.join(', ')}.`,
    })
  let isEmpty = true
  for await (const row of reader(file)) {
    isEmpty = false
    yield row
  }
  if (isEmpty)
    throw failureError('bad-input', l10n.t('The file holds no rows.'), {
      where: file,
      remedy: l10n.t('Choose a file with at least one prompt.'),
    })
}

export interface LoadedPrompts {
  /** Each prompt once, in file order. */
  prompts: Prompt[]
  /** Of each prompt: the line, or the row of a table, that it comes from; from 1. */
  lines: number[]
  /** Rows whose messages equal those of an earlier row. */
  duplicates: number
}

/**
 * All prompts of a file.
 * @throws FailureError as {@link readPromptRows}, and `bad-input` that names the line of a row that
 *   is no prompt.
 */
export async function loadPrompts(file: string, fields: PromptFields): Promise<LoadedPrompts> {
  const prompts = new Map<string, Prompt>()
  const lines: number[] = []
  let rows = 0
  for await (const { row, line } of readPromptRows(file)) {
    rows++
    const prompt = rowToPrompt(row, fields, { where: file, line })
    if (prompts.has(prompt.id)) continue
    prompts.set(prompt.id, prompt)
    lines.push(line)
  }
  return { prompts: [...prompts.values()], lines, duplicates: rows - prompts.size }
}

/**
 * Names of the fields of the first rows, in the order in which they appear; none for plain text.
 */
export async function fieldNames(file: string): Promise<string[]> {
  const names = new Set<string>()
  let rows = 0
  for await (const { row } of readPromptRows(file)) {
    if (typeof row === 'object' && row !== null && !Array.isArray(row))
      for (const name of Object.keys(row)) names.add(name)
    if (++rows === ROWS_LOOKED_AT) break
  }
  return [...names]
}

async function* plainRows(lines: AsyncIterable<TextLine>): AsyncGenerator<Row> {
  for await (const { text, line } of lines) if (text.trim() !== '') yield { row: text, line }
}
