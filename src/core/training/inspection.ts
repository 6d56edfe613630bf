// What the runner says of the rows before it trains on them: `aepo_training inspect`, and
// `inspection.json` in the folder of a run.
import { z } from 'zod'

const count = z.number().int().min(0)
const pieces = z.array(z.string())

const problemSchema = z.object({
  kind: z.string(),
  count,
  rows: z.array(z.number().int().min(1)).describe('Lines of data.jsonl, the first 20.'),
  fatal: z.boolean(),
  message: z.string(),
})

const tokenRowSchema = z.object({
  row: z.number().int().min(1),
  prompt: pieces,
  chosen: pieces,
  rejected: pieces,
})
export type TokenRow = z.infer<typeof tokenRowSchema>

export const inspectionSchema = z.object({
  rows: count,
  kept: count,
  problems: z.array(problemSchema),
  steps: count,
  stepsPerEpoch: count,
  heldOutRows: count,
  heldOutPrompts: count,
  tokens: z.array(tokenRowSchema),
})
export type Inspection = z.infer<typeof inspectionSchema>
