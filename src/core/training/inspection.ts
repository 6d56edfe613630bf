// What the runner reports about the rows before it trains on them: `aepo_training inspect`, and
// `inspection.json` in the folder of a run.
import { z } from 'zod'
import { textsSchema, translated } from './runnerText'
import { failedSchema } from './state'

const count = z.number().int().min(0)
const pieces = z.array(z.string())

const problemSchema = z
  .object({
    kind: z.string(),
    count,
    rows: z.array(z.number().int().min(1)).describe('Lines of data.jsonl, the first 20.'),
    fatal: z.boolean(),
    message: z.string(),
    texts: textsSchema.optional(),
  })
  .transform(({ texts, ...problem }) =>
    texts === undefined ? problem : { ...problem, message: translated(texts) },
  )

const tokenRowSchema = z.object({
  row: z.number().int().min(1),
  prompt: pieces,
  responses: z.record(z.string(), pieces).describe('By their columns: chosen and rejected, say.'),
  values: z.record(z.string(), z.union([z.number(), z.boolean()])),
})
export type TokenRow = z.infer<typeof tokenRowSchema>

export const inspectionSchema = z.object({
  rows: count,
  kept: count,
  problems: z.array(problemSchema),
  steps: count,
  stepsPerEpoch: count,
  heldOutRows: count,
  selfAnnotatedRows: count.default(0),
  heldOutPrompts: count,
  tokens: z.array(tokenRowSchema),
})
/** The messages of its problems are in the user’s language. */
export type Inspection = z.infer<typeof inspectionSchema>

/** What `inspect` prints when the run cannot start. */
export const refusalSchema = z.object({ failure: failedSchema })
