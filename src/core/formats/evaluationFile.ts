// `evaluations/<id>/evaluation.json`: which models are compared, and how their responses are
// sampled.
import { z } from 'zod'
import { samplingSchema } from './curationFile'
import { modelSchema } from './modelSettings'

export const evaluationFileSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1).describe('The name of the evaluation’s folder.'),
  createdAt: z.iso.datetime(),
  a: modelSchema.describe('The first model, as “generator” of a curation file names one.'),
  b: modelSchema.describe('The second model.'),
  responses: z.int().min(1).max(64).describe('Responses of each model per prompt.'),
  sampling: samplingSchema.omit({ n: true }).describe('The same for both models.'),
  prompts: z
    .discriminatedUnion('from', [
      z.strictObject({
        from: z.literal('held-out'),
        limit: z.int().min(1).exactOptional().describe('At most so many were taken.'),
      }),
      z.strictObject({
        from: z.literal('file'),
        file: z.string().min(1).describe('As it was given.'),
        limit: z.int().min(1).exactOptional(),
      }),
    ])
    .describe('Where the prompts of prompts.jsonl are from.'),
})
export type EvaluationFile = z.infer<typeof evaluationFileSchema>

/** What makes two evaluations the same: all but id and time. */
export type EvaluationSettings = Omit<EvaluationFile, 'version' | 'id' | 'createdAt'>
