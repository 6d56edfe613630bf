// Files of others' responses, in any format prompts are read from.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { countedRows, oneOrSeveral } from '../core/counted'
import { conversionOf } from '../core/rows/conversion'
import type { RowFaults } from '../core/rows/promptReport'
import { listOf } from '../core/rows/promptReportText'
import { type PromptFields, rowToPrompt } from '../core/rows/prompts'
import type { ImportedResponse } from '../core/rows/response'
import type { ResponsesOfRow } from '../core/rows/responseList'
import { rowToResponses } from '../core/rows/responses'
import { fieldOf, isResponseField, normalName } from '../core/rows/rowFields'
import { isRecord } from '../core/text/values'
import type { Prompt } from '../shared/domain'
import type { Failure } from '../shared/errors'
import { checkedRows, type OnLeftOut } from './checkedRows'

export interface CandidateRow {
  prompt: Prompt
  responses: ImportedResponse[]
  /** Responses that are null, which are left out. */
  nulls: number
  /** The field that names the preferred response, whose score is 1; null where scores are given. */
  preferredBy: string | null
  /** Fields that are neither of the prompt nor of the responses. */
  notRead: string[]
}

/**
 * The rows of a file one at a time; after the last one it fails if any row was broken. Fields of
 * the curation's prompts are used where the rows have them, else they are found by name.
 * @throws BrokenRowsError `bad-input` that lists the broken rows; FailureError with this list where
 *   all rows are broken; failures of the file as for prompts.
 */
export function readCandidateRows(
  file: string,
  fields: PromptFields,
  onLeftOut?: OnLeftOut,
): AsyncGenerator<CandidateRow> {
  let conversion: string | undefined
  return checkedRows<CandidateRow>(file, {
    read: (row, format) => {
      const found = readRow(row, fields)
      if ('isUnknownShape' in found) conversion ??= conversionOf(row, format, path.basename(file))
      return found
    },
    failure: (faults, rows) => brokenRows(file, rows, faults, conversion),
    onLeftOut,
  })
}

function readRow(
  row: unknown,
  fields: PromptFields,
): CandidateRow | Extract<ResponsesOfRow, { why: string }> {
  const prompt = rowToPrompt(row, fieldsThere(fields, row))
  if ('why' in prompt) return { why: prompt.why }
  const responses = responsesOf(row, prompt.source.prompt)
  if ('why' in responses) return responses
  const { preferredBy = null, notRead = [], read = [], ...rest } = responses
  const others = prompt.source.notRead.filter(
    (name) => !isOfResponses(name) && name !== preferredBy && !read.includes(name),
  )
  return { prompt: prompt.prompt, ...rest, preferredBy, notRead: [...others, ...notRead] }
}

/**
 * Those of the row; else those beside a prompt that is in an object of the row, such as
 * `data.prompt`.
 */
function responsesOf(row: unknown, promptPath: string | null): ResponsesOfRow {
  const ofRow = rowToResponses(row)
  const inner = promptPath?.slice(0, Math.max(0, promptPath.lastIndexOf('.')))
  if (!('why' in ofRow) || !inner || !isRecord(row)) return ofRow
  const found = rowToResponses(fieldOf(row, inner)?.value, row)
  return 'why' in found ? ofRow : found
}

const isOfResponses = (name: string): boolean =>
  isResponseField(name) || /^(model|generator|generation_model)/.test(normalName(name))

function brokenRows(
  where: string,
  read: number,
  faults: RowFaults,
  conversion: string | undefined,
): Failure {
  const line = faults.first[0]?.line
  return {
    code: 'bad-input',
    message: oneOrSeveral(
      faults.count,
      l10n.t`1 of ${countedRows(read)} is not a prompt with responses:${listOf(faults)}\n`,
      l10n.t`${faults.count} of ${read} rows are not prompts with responses:${listOf(faults)}\n`,
    ),
    where,
    ...(line === undefined ? {} : { line }),
    remedy:
      conversion === undefined
        ? l10n.t('Correct or remove these rows; nothing was imported.')
        : l10n.t`Correct or remove these rows, or ${conversion}. Nothing was imported.`,
  }
}

function fieldsThere({ prompt, system }: PromptFields, row: unknown): PromptFields {
  const has = (name: string | undefined): name is string =>
    name !== undefined && fieldOf(row, name) !== undefined
  return { ...(has(prompt) ? { prompt } : {}), ...(has(system) ? { system } : {}) }
}
