// Files of others' responses: rows `{"prompt", "responses": [text or {"text", "model"?,
// "score"?}]}`, in any format prompts are read from.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { type PromptFields, rowToPrompt } from '../core/formats/prompts'
import { failureError } from '../shared/errors'
import { readPromptRows } from './promptFile'

/** Halves of surrogate pairs, which no reader of the data set takes, are replaced as in UTF-8. */
const textSchema = z.string().transform((text) => text.toWellFormed())

const responseSchema = z.union([
  textSchema.transform((text) => ({ text })),
  z
    .object({ text: textSchema, model: z.string().nullish(), score: z.number().nullish() })
    .transform(({ text, model, score }) => ({
      text,
      ...(typeof model === 'string' ? { model } : {}),
      ...(typeof score === 'number' ? { score } : {}),
    })),
])
const rowSchema = z.object({ responses: z.array(responseSchema) })

export interface Response {
  text: string
  /** The model named by the source. */
  model?: string
  /** Its judged score; higher is better. */
  score?: number
}

export interface CandidateRow {
  promptId: string
  responses: Response[]
}

/**
 * One row at a time. Fields of the curation's prompts are used where the rows have them, else they
 * are found by name.
 * @throws FailureError `bad-input` with file and line for a row of another shape; failures of the
 *   file as for prompts.
 */
export async function* readCandidateRows(
  file: string,
  fields: PromptFields,
): AsyncGenerator<CandidateRow> {
  for await (const { row, line } of readPromptRows(file)) {
    const parsed = rowSchema.safeParse(row)
    if (!parsed.success) {
      throw failureError(
        'bad-input',
        l10n.t('This row is not {"prompt", "responses": [text or {"text", "model"?, "score"?}]}.'),
        { where: file, line, remedy: l10n.t('Correct or remove the row.') },
      )
    }
    const { id } = rowToPrompt(row, fieldsThere(fields, row), { where: file, line })
    yield { promptId: id, responses: parsed.data.responses }
  }
}

function fieldsThere({ prompt, system }: PromptFields, row: unknown): PromptFields {
  const has = (name: string | undefined): name is string =>
    name !== undefined && typeof row === 'object' && row !== null && Object.hasOwn(row, name)
  return { ...(has(prompt) ? { prompt } : {}), ...(has(system) ? { system } : {}) }
}
