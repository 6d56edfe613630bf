// A training run on disk: `runs/<id>/run.json` (what was asked) and `metrics.jsonl` (what happens),
// read by the runner in training/.
import { z } from 'zod'
import type { TrainingMethod } from '../../shared/domain'

export const TRAINING_METHODS = ['dpo'] as const satisfies readonly TrainingMethod[]

const whole = z.coerce.number().int()
const real = z.coerce.number()
const flag = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean(),
)

/** Accepts strings as well, so that `--set learningRate=1e-5` needs no second definition. */
export const hyperparametersSchema = z.strictObject({
  learningRate: real.gt(0).default(1e-5),
  beta: real.gt(0).default(0.1),
  epochs: real.gt(0).default(1),
  maxSteps: whole.min(1).nullable().default(null),
  batchSize: whole.min(1).default(2),
  gradientAccumulation: whole.min(1).default(4),
  maxLength: whole.min(8).default(1024),
  lora: flag.default(true),
  loraRank: whole.min(1).default(16),
  loraAlpha: whole.min(1).default(32),
  loggingSteps: whole.min(1).default(1),
  saveSteps: whole.min(1).default(50),
  warmupRatio: real.min(0).max(1).default(0.1),
  seed: whole.min(0).default(42),
})
export type Hyperparameters = z.infer<typeof hyperparametersSchema>

/** Values as a person types them; what is not given has its default. The message names the key. */
export function parseHyperparameters(
  given: Record<string, string>,
): { success: true; hyperparameters: Hyperparameters } | { success: false; message: string } {
  const parsed = hyperparametersSchema.safeParse(given)
  if (parsed.success) return { success: true, hyperparameters: parsed.data }
  return {
    success: false,
    message: parsed.error.issues
      .map(({ path, message }) =>
        [path.join('.'), message].filter((part) => part !== '').join(': '),
      )
      .join('; '),
  }
}

export const runFileSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1),
  method: z.enum(TRAINING_METHODS),
  model: z.string().min(1),
  dataset: z.string().min(1),
  datasetSha256: z.string().length(64),
  hyperparameters: hyperparametersSchema,
})
export type RunFile = z.infer<typeof runFileSchema>

const figure = z.number().nullable()
/**
 * One line of `metrics.jsonl`. A resumed run may repeat steps: of equal event and step, the last
 * line counts.
 */
export const metricSchema = z.object({
  event: z.enum(['start', 'log', 'save', 'end']),
  step: z.number().int().min(0),
  totalSteps: z.number().int().nullable(),
  time: z.number(),
  loss: figure.optional(),
  rewardMargin: figure.optional(),
  rewardAccuracy: figure.optional(),
})
export type Metric = z.infer<typeof metricSchema>
