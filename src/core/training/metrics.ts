// `runs/<id>/metrics.jsonl`: the events that the runner writes while it works, one a line.
import { z } from 'zod'

const event = {
  step: z.number().int().min(0),
  totalSteps: z.number().int().nullable(),
  epoch: z.number().nullable().optional(),
  time: z.number().describe('Seconds since 1970.'),
}
const figures = z
  .record(z.string(), z.number().nullable())
  .describe('By the ids of the method; null for a value that is not finite.')

const bytes = z.number().int().nullable().optional()
const memory = {
  peakMemory: bytes.describe('The most main memory of the process so far, in bytes.'),
  peakGpuMemory: bytes.describe('The most memory of its GPU so far, in bytes.'),
}

/** A resumed run repeats the steps after its checkpoint: the last line of a step counts. */
export const metricSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    ...event,
    rows: z.number().int().optional().describe('Rows that are trained on.'),
    heldOutRows: z.number().int().optional(),
    selfAnnotatedRows: z
      .number()
      .int()
      .optional()
      .describe('Of `rows`, those whose responses no annotator has compared.'),
  }),
  z.object({ event: z.literal('log'), ...event, figures }),
  z.object({ event: z.literal('eval'), ...event, figures }),
  z.object({ event: z.literal('save'), ...event, ...memory }),
  z.object({
    event: z.literal('end'),
    ...event,
    ...memory,
    moved: z.boolean().optional().describe('Whether a weight of the model changed.'),
    largestUpdate: z.number().nullable().optional(),
    warning: z.string().nullable().optional(),
  }),
])
export type Metric = z.infer<typeof metricSchema>
