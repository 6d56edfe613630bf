// Files of rows in every format people have them in, and the prompts in them.
import * as l10n from '@vscode/l10n'
import type { FileFormat } from '../core/rows/fileFormat'
import { expandRow, type PromptFields, type PromptOfRow, rowToPrompt } from '../core/rows/prompts'
import { type PromptReport, PromptReporter } from '../core/rows/promptReport'
import { noPrompts } from '../core/rows/promptReportText'
import { asRecord } from '../core/text/values'
import type { Prompt } from '../shared/domain'
import { failureError } from '../shared/errors'
import { openRows } from './rowFile'
import type { TableSettings } from './csvShape'

/** How a file of prompts is read: what the curation file says of it; the rest is found. */
export interface PromptReading {
  fields: PromptFields
  table: TableSettings
}

export interface LoadedPrompts {
  /** Each prompt once, in file order. */
  prompts: Prompt[]
  /** The 1-based line of each prompt; its row's number in formats without lines. */
  lines: number[]
  format: FileFormat
  report: PromptReport
}

/** What {@link previewPrompts} tells of a file before a curation is made of it. */
export interface PromptPreview {
  format: FileFormat
  report: PromptReport
  /** The first prompts, as they will be sampled from. */
  first: Prompt[]
  /** Names of the fields that were found, in the order of their first appearance. */
  fieldNames: string[]
  /** Whether the report is of the whole file. */
  isWhole: boolean
}

/** Prompts of a preview. */
const PREVIEWED = 3

/**
 * All prompts of a file. Rows that hold none, and broken rows, are left out and reported.
 * @throws FailureError of the file as {@link openRows}; `bad-input` when no row holds a prompt.
 */
export async function loadPrompts(file: string, reading: PromptReading): Promise<LoadedPrompts> {
  const { format, loader } = await readInto(file, reading, Infinity)
  const report = loader.report()
  if (loader.prompts.length === 0) throw noPrompts(file, format, report, reading.fields)
  return { prompts: loader.prompts, lines: loader.lines, format, report }
}

/**
 * How a file is taken with this reading: its first three prompts, format, fields taken and fields
 * not read. Unlike {@link loadPrompts} it does not fail where no row holds a prompt: the report
 * says which fields could be named.
 * @param rows how many to read at most.
 * @throws FailureError of the file as {@link openRows}.
 */
export async function previewPrompts(
  file: string,
  reading: PromptReading,
  rows = Infinity,
): Promise<PromptPreview> {
  const { format, loader, isWhole } = await readInto(file, reading, rows)
  return {
    format,
    report: loader.report(),
    first: loader.prompts.slice(0, PREVIEWED),
    fieldNames: [...loader.names],
    isWhole,
  }
}

async function readInto(
  file: string,
  { fields, table }: PromptReading,
  limit: number,
): Promise<{ format: FileFormat; loader: Loader; isWhole: boolean }> {
  const { format, rows } = await openRows(file, table)
  const loader = new Loader(fields)
  let read = 0
  for await (const row of rows) {
    if (read === limit) return { format, loader, isWhole: false }
    read++
    if (row.broken !== undefined) loader.addBroken(row.line, row.broken)
    else for (const one of expandRow(row.row)) loader.add(one, row.line)
  }
  if (read === 0)
    throw failureError('bad-input', l10n.t('The file holds no rows.'), {
      where: file,
      remedy: l10n.t('Choose a file with at least one prompt.'),
    })
  return { format, loader, isWhole: true }
}

class Loader {
  readonly prompts: Prompt[] = []
  readonly lines: number[] = []
  readonly names = new Set<string>()
  private readonly ids = new Set<string>()
  private readonly reporter = new PromptReporter()

  constructor(private readonly fields: PromptFields) {}

  add(row: unknown, line: number): void {
    for (const name of Object.keys(asRecord(row))) this.names.add(name)
    const result: PromptOfRow = rowToPrompt(row, this.fields)
    this.reporter.add(row, line, result)
    if (!('prompt' in result) || this.ids.has(result.prompt.id)) return
    this.ids.add(result.prompt.id)
    this.prompts.push(result.prompt)
    this.lines.push(line)
  }

  addBroken(line: number, why: string): void {
    this.reporter.addBroken(line, why)
  }

  report(): PromptReport {
    return this.reporter.report(this.prompts.length)
  }
}
