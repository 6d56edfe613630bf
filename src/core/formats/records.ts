// The journals' records, one JSON object per line. Typed against the words of src/shared/domain.ts,
// so that the two cannot drift.
import { z } from 'zod'
import { templateSchema } from './modelSettings'
import {
  ANOTHER_REASONS,
  type AnnotationRecord,
  type Candidate,
  type Edit,
  type Learned,
  type LeftOutRecord,
  REMOVAL_REASONS,
  SELECTION_ORIGINS,
  type Message,
  type Preference,
  type Selection,
} from '../../shared/domain'

const count = z.number().int().min(0)
const id = z.string().min(1)

export const finishReasonSchema = z.enum(['stop', 'length', 'other', 'imported'])

export const messageSchema: z.ZodType<Message> = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
})

/**
 * `candidates.jsonl` holds these and, before the first candidate of new settings, a {@link
 * generationRecordSchema}.
 */
export const candidateSchema: z.ZodType<Candidate> = z.strictObject({
  id,
  promptId: id,
  round: count,
  index: count.describe('Place in its pool, from 0.'),
  text: z.string(),
  reasoning: z
    .string()
    .exactOptional()
    .describe('What the model wrote before its answer, where that is known.'),
  seed: count.nullable(),
  finishReason: finishReasonSchema,
  tokenCount: count.nullable(),
  logprob: z.number().nullable(),
  generationId: id,
  origin: z.string().exactOptional(),
  score: z.number().exactOptional(),
})

/** The settings a candidate came from; `generationId` of a candidate names one. */
export const generationRecordSchema = z.strictObject({
  kind: z.literal('generation'),
  id,
  model: z.string(),
  device: z
    .string()
    .describe('Where it ran; “server” behind a server, “none” for imported responses.'),
  variant: z
    .string()
    .exactOptional()
    .describe('Format of the weights, such as q4; of models on this machine.'),
  server: z.string().exactOptional().describe('Address of the server.'),
  software: z
    .string()
    .exactOptional()
    .describe('The server’s software and version, when it says so.'),
  template: templateSchema.exactOptional().describe('Options of the chat template.'),
  reasoning: z
    .literal('inText')
    .exactOptional()
    .describe('Reasoning is at the beginning of the texts.'),
  omitted: z
    .array(z.string())
    .exactOptional()
    .describe('Settings that the server did not take: its own defaults counted.'),
  sampling: z.record(z.string(), z.number()).nullable(),
})
export type GenerationRecord = z.infer<typeof generationRecordSchema>

const learnedSchema: z.ZodType<Learned> = z.strictObject({
  labels: count.describe('Number of annotations.'),
  from: z
    .strictObject({
      annotations: id.describe('Hash of the ids of the annotations, in the order of learning.'),
      since: id
        .exactOptional()
        .describe('The annotations of an earlier selection, from which these differ.'),
      added: z.array(id).describe('Ids of annotations that were not among those of `since`.'),
      removed: z
        .array(id)
        .exactOptional()
        .describe('Ids of annotations of `since` that were taken back or replaced.'),
      features: id.describe('Hash of the embedder and of the candidates that define the features.'),
      featurePools: z
        .array(id)
        .exactOptional()
        .describe('Prompts of those candidates, where no earlier selection names them.'),
    })
    .exactOptional()
    .describe('Absent: too few labels; AEPO selected, with `lambda`.'),
})

export const selectionSchema: z.ZodType<Selection> = z.strictObject({
  id,
  promptId: id,
  round: count,
  candidateIds: z.array(id),
  textHashes: z.array(id).describe('Of the candidates’ texts, in their order.'),
  method: z
    .enum(SELECTION_ORIGINS)
    .describe('given: nothing was selected, as of two models that were tried or are evaluated.'),
  k: count,
  lambda: z.number(),
  guard: z.literal(false).exactOptional().describe('Absent: the guard was on.'),
  n: count,
  objective: z.number(),
  representativeness: z.number(),
  redundancy: z.number(),
  exact: z.boolean(),
  removed: z.array(z.strictObject({ id, reason: z.enum(REMOVAL_REASONS) })),
  learned: learnedSchema
    .exactOptional()
    .describe('What a rule that learns from labels knew. Absent: the rule needs none.'),
  after: z
    .strictObject({ selectionIds: z.array(id).min(1), reason: z.enum(ANOTHER_REASONS) })
    .exactOptional()
    .describe('Of a further selection: those before it, and why it was made.'),
})

/** Line of `kept.jsonl`. */
export const keptPromptSchema = z.strictObject({
  promptId: id.describe('Hash of the messages of the edited prompt.'),
  keeps: id.describe('Id of the prompt it was before, under which its records are found.'),
  at: z.iso.datetime(),
})
export type KeptPrompt = z.infer<typeof keptPromptSchema>

const preferenceSchema: z.ZodType<Preference> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ranking'), tiers: z.array(z.array(id).min(1)).min(2) }),
  z.strictObject({ kind: z.literal('tie') }),
  z.strictObject({ kind: z.literal('allBad') }),
  z.strictObject({ kind: z.literal('skip') }),
])

const editSchema: z.ZodType<Edit> = z.strictObject({
  candidateId: id.describe('The candidate that was rewritten.'),
  text: z.string().min(1),
})

export const annotationRecordSchema: z.ZodType<AnnotationRecord> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('annotation'),
    id,
    selectionId: id,
    promptId: id,
    annotator: id,
    preference: preferenceSchema,
    edit: editSchema
      .exactOptional()
      .describe('A response as the annotator rewrote it: better than all that were shown.'),
    shownOrder: z.array(id),
    milliseconds: z.number().min(0),
    note: z.string().exactOptional(),
    at: z.iso.datetime(),
  }),
  z.strictObject({
    kind: z.literal('undo'),
    id,
    annotationId: id,
    annotator: id,
    at: z.iso.datetime(),
  }),
  z.strictObject({
    kind: z.literal('flag'),
    id,
    promptId: id,
    annotator: id,
    flagged: z.boolean().describe('false takes the flag away.'),
    at: z.iso.datetime(),
  }),
])

const leftOut = {
  promptId: id,
  reason: z.string().describe('One sentence, with the words of the server or the chat template.'),
  where: z.string().exactOptional().describe('The server or the model’s folder.'),
  at: z.iso.datetime(),
}

export const leftOutRecordSchema: z.ZodType<LeftOutRecord> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('prompt').describe('A prompt that a generator does not take.'),
    round: count,
    generatorKey: id.describe('Hash of the generator and the sampling settings.'),
    ...leftOut,
  }),
  z.strictObject({
    kind: z.literal('text').describe('A candidate whose text an embedder cannot embed.'),
    candidateId: id,
    textHash: id.describe('Of the candidate’s text.'),
    embedder: z.string().describe('As in embeddings.index.jsonl.'),
    ...leftOut,
  }),
])
