// Appends prompts to a file of prompts, in the format that the file has.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import type { FileFormat } from '../core/rows/fileFormat'
import { isReadAs, promptRow } from '../core/rows/promptRow'
import type { Prompt } from '../shared/domain'
import { type FailureError, failureError } from '../shared/errors'
import { appendLines } from './appendFile'
import { replaceFile } from './atomicFile'
import { csvShape } from './csvShape'
import { jsonLayout } from './jsonRows'
import type { PromptReading } from './promptFile'
import { openRows } from './rowFile'
import { isGzip, openText } from './textSource'

/** How each prompt stands in the file; the fields are those that the file was read with. */
export interface RowsToAppend {
  file: string
  reading: PromptReading
  prompts: readonly Prompt[]
}

/**
 * @throws FailureError `bad-input` for a compressed file, Parquet, JSON that is no list, and a
 *   table without a column for a prompt; `disk-full`, `no-permission`.
 */
export async function appendPrompts({ file, reading, prompts }: RowsToAppend): Promise<void> {
  if (prompts.length === 0) return
  const { fields, table } = reading
  const { format, rows } = await openRows(file, table)
  await rows.return(undefined)
  if (await isGzip(file)) throw cannotAppend(file)
  const json = prompts.map(({ messages }) => JSON.stringify(promptRow(messages, fields)))
  switch (format.kind) {
    case 'jsonLines':
      return appendLines(file, json)
    case 'json':
      return appendToJson(file, json)
    case 'text':
      return appendLines(file, prompts.map(textRow))
    case 'table':
      return appendLines(file, await tableRows({ file, reading, prompts }, format))
    case 'parquet':
      throw cannotAppend(file)
  }
}

/** A text of one line stands as it is, any other prompt as a list of messages in JSON. */
function textRow({ messages }: Prompt): string {
  const [only] = messages
  const text = messages.length === 1 && only?.role === 'user' ? only.content : ''
  return !/[\r\n]/.test(text) && isReadAs(text, messages, {}) ? text : JSON.stringify(messages)
}

async function tableRows(
  { file, reading: { fields, table }, prompts }: RowsToAppend,
  { delimiter }: Extract<FileFormat, { kind: 'table' }>,
): Promise<string[]> {
  const { head } = await openHead(file)
  const { names } = csvShape(head, { ...table, delimiter: delimiter ?? undefined }, ',')
  const { prompt = '', system } = fields
  return prompts.map(({ messages }) => {
    const shapes = [promptRow(messages, fields), { [prompt]: messages, [system ?? prompt]: '' }]
    const rows = [...shapes, { [prompt]: messages }].map((row) =>
      Object.fromEntries(names.fields.map((name) => [name, cellOf(row[name])])),
    )
    const row = rows.find((cells) => isReadAs(cells, messages, fields))
    if (!row) throw cannotAppend(file)
    return names.fields.map((name) => quoted(row[name] ?? '', delimiter)).join(delimiter ?? '')
  })
}

async function openHead(file: string): Promise<{ head: string; isWhole: boolean }> {
  const { head, isWhole, lines } = await openText(file)
  await lines().return(undefined)
  return { head, isWhole }
}

const cellOf = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)

const quoted = (cell: string, delimiter: string | null): string =>
  /["\r\n]|^\s|\s$/.test(cell) || (delimiter !== null && cell.includes(delimiter))
    ? `"${cell.replaceAll('"', '""')}"`
    : cell

/** Before the bracket that closes the list, or after values that stand one after another. */
async function appendToJson(file: string, rows: readonly string[]): Promise<void> {
  const { head, isWhole } = await openHead(file)
  const layout = jsonLayout(head, isWhole)
  if (layout.in === 'text') return appendLines(file, rows)
  const text = await readFile(file, 'utf8')
  const end = text.lastIndexOf(']')
  if (layout.in !== 'list' || end < 0) throw cannotAppend(file)
  const before = text.slice(0, end).trimEnd()
  const [indent = ' '] = /^\s*\[(\s*)/.exec(text)?.slice(1) ?? []
  const separator = before.endsWith('[') ? indent : `,${indent}`
  const added = rows.map((row, place) => (place === 0 ? `${separator}${row}` : `,${indent}${row}`))
  await replaceFile(file, [before, ...added, indent.includes('\n') ? '\n' : '', text.slice(end)])
}

const cannotAppend = (where: string): FailureError =>
  failureError('bad-input', l10n.t('Prompts cannot be added to a file of this format.'), {
    where,
    remedy: l10n.t(
      'Convert the file with “Import Prompts…”, and name the new one under “prompts” in the curation file.',
    ),
  })
