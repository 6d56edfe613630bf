// A line of `runs/<id>/data.jsonl`: one preference with what is known of how its responses were
// sampled. The exported data set has the plain rows that other tools read.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { finishReasonSchema, messageSchema } from '../formats/records'
import { templateSchema } from '../formats/modelSettings'

export const trainingRowSchema = z.strictObject({
  promptId: z.string().min(1),
  prompt: z.array(messageSchema).min(1),
  chosen: z.array(messageSchema).length(1),
  rejected: z.array(messageSchema).length(1),
  chosenEnd: finishReasonSchema.describe(
    'Why the chosen response ends: a cut-off one (length) teaches no end.',
  ),
  rejectedEnd: finishReasonSchema,
  template: templateSchema
    .exactOptional()
    .describe('Options of the chat template that the chosen response was sampled with.'),
  generator: z
    .strictObject({ model: z.string(), server: z.string().exactOptional() })
    .exactOptional()
    .describe('The model that sampled the chosen response.'),
  promptTokens: z
    .array(z.number().int().min(0))
    .exactOptional()
    .describe('The prompt as the engine tokenised it for that model.'),
})
export type TrainingRow = z.infer<typeof trainingRowSchema>

/** The bytes of the file, and their SHA-256 in hex. */
export function rowsFile(rows: readonly TrainingRow[]): { text: string; sha256: string } {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  return { text, sha256: createHash('sha256').update(text).digest('hex') }
}
