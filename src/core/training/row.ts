// A line of `runs/<id>/data.jsonl`: one preference, or one labelled response, with what is known of
// how it was sampled. The exported data set has the plain rows that other tools read.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { finishReasonSchema, messageSchema } from '../formats/records'
import { templateSchema } from '../formats/modelSettings'

const messages = z.array(messageSchema)
const response = messages.length(1)
const values = z
  .record(z.string(), z.union([z.number(), z.boolean()]))
  .describe('What the method reads beside the texts.')

const origin = {
  template: templateSchema
    .exactOptional()
    .describe('Options of the chat template that the response was sampled with.'),
  generator: z
    .strictObject({ model: z.string(), server: z.string().exactOptional() })
    .exactOptional()
    .describe('The model that sampled the response.'),
  promptTokens: z
    .array(z.number().int().min(0))
    .exactOptional()
    .describe('The prompt as the engine tokenised it for that model.'),
}

export const pairRowSchema = z.strictObject({
  promptId: z.string().min(1),
  prompt: messages.min(1),
  chosen: response,
  rejected: response,
  chosenEnd: finishReasonSchema.describe(
    'Why the chosen response ends: a cut-off one (length) teaches no end.',
  ),
  rejectedEnd: finishReasonSchema,
  values: values.exactOptional(),
  ...origin,
})

const labelledRowSchema = z.strictObject({
  promptId: z.string().min(1),
  prompt: messages.min(1),
  completion: response,
  completionEnd: finishReasonSchema,
  values: z.strictObject({ label: z.boolean().describe('Whether the response is desirable.') }),
  ...origin,
})

export type PairRow = z.infer<typeof pairRowSchema>
export type LabelledRow = z.infer<typeof labelledRowSchema>

export const trainingRowSchema = z.union([pairRowSchema, labelledRowSchema])
export type TrainingRow = z.infer<typeof trainingRowSchema>

/** Whether a row makes a cut-off response more likely: `cutOff` says what becomes of it. */
export const teachesCutOff = (row: TrainingRow): boolean =>
  'chosen' in row ? row.chosenEnd === 'length' : row.values.label && row.completionEnd === 'length'

/** The value of a pair that no annotator has compared: the model of the earlier run does. */
export const SELF_ANNOTATED = 'selfAnnotated'

export const isSelfAnnotated = ({ values }: TrainingRow): boolean =>
  values !== undefined && SELF_ANNOTATED in values && values[SELF_ANNOTATED] === true

/** What one row holds: a chosen and a rejected response, or one response with a label. */
export type RowKind = 'pairs' | 'labelled'

/** The bytes of the file, and their SHA-256 in hex. */
export function rowsFile(rows: readonly TrainingRow[]): { text: string; sha256: string } {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  return { text, sha256: createHash('sha256').update(text).digest('hex') }
}
