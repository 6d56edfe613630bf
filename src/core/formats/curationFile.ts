// The curation file `*.aepo.json`: its one definition, its defaults. The JSON Schema in schemas/ is
// made from this.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import {
  type SamplingSettings,
  SELECTION_METHODS,
  type SelectionSettings,
} from '../../shared/domain'
import { judgesSchema } from './judgeSettings'
import { embedderSchema, generatorSchema, laterRoundsSchema } from './modelSettings'

const wholeNumber = z.number().int()

/** The largest values. */
export const LARGEST = { n: 4096, k: 16, maxNewTokens: 65_536 } as const

export const samplingSchema = z.strictObject({
  n: wholeNumber.min(1).max(LARGEST.n).default(32).describe('Candidates sampled per prompt.'),
  temperature: z.number().min(0).max(10).default(1).describe('Softmax temperature; 0 is greedy.'),
  topP: z.number().gt(0).max(1).default(0.9).describe('Nucleus mass; 1 is off.'),
  topK: wholeNumber.min(0).default(0).describe('Sample from the K most likely tokens; 0 is off.'),
  minP: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Least probability as a share of the most likely token’s; 0 is off.'),
  repetitionPenalty: z
    .number()
    .gt(0)
    .max(10)
    .default(1)
    .describe('Penalty on tokens already seen; 1 is off.'),
  maxNewTokens: wholeNumber
    .min(1)
    .max(LARGEST.maxNewTokens)
    .default(256)
    .describe('Longest response, in tokens.'),
  seed: wholeNumber
    .min(0)
    .max(2 ** 32 - 1)
    .default(42)
    .describe('Fixes every candidate of the curation.'),
})

const selection = z.strictObject({
  method: z
    .enum(SELECTION_METHODS)
    .default('aepo')
    .describe(
      'How candidates are chosen. Without labels: AEPO; random, a baseline; the farthest apart; greedy k-centre; greedy k-DPP. By the labels so far, when labelling gets to the prompt: V-optimal, which gains most on responses of several good models; D-optimal; uncertain; adaptive.',
    ),
  k: wholeNumber.min(1).max(LARGEST.k).default(2).describe('Candidates shown per prompt.'),
  lambda: z
    .number()
    .min(0)
    .max(100)
    .default(0.5)
    .describe(
      'Weight of diversity in method aepo, which also selects for uncertain and adaptive before 25 labels. The paper uses 1; 0.5 stands up to outliers.',
    ),
  guard: z
    .boolean()
    .default(true)
    .describe('Take degenerate candidates out of the pool before selection.'),
})

/** Every key but `version` and `prompts` has a default; unknown keys are errors. */
export const curationFileSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Address of the schema of this file.'),
    version: z.literal(1).describe('Version of this format.'),
    prompts: z
      .string()
      .min(1)
      .describe(
        'File of prompts, relative to this file: JSONL, JSON, CSV, TSV, Parquet or plain text.',
      ),
    fields: z
      .strictObject({
        prompt: z
          .string()
          .min(1)
          .optional()
          .describe('Field that holds the prompt: a string, or a list of messages.'),
        system: z.string().min(1).optional().describe('Field that holds a system message.'),
      })
      .default({})
      .describe(
        'Which fields of a row to read: names, or dotted paths such as meta.question. Found by name where not given.',
      ),
    table: z
      .strictObject({
        delimiter: z
          .string()
          .regex(/^.$/su, l10n.t('one character'))
          .optional()
          .describe('Character between the cells, such as ";".'),
        header: z.boolean().optional().describe('Whether the first row names the columns.'),
      })
      .default({})
      .describe('How a CSV or TSV file is written; found from the file where not given.'),
    output: z
      .string()
      .min(1)
      .optional()
      .describe(
        'DPO JSONL file kept up to date with every annotation. Default: the name of this file with .dpo.jsonl.',
      ),
    generator: generatorSchema,
    rounds: laterRoundsSchema,
    promptParts: wholeNumber
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'Divides the prompts by their hash into this many parts; each round takes the next part. Default: every round takes all prompts.',
      ),
    sampling: samplingSchema.prefault({}).describe('How candidates are sampled.'),
    embedder: embedderSchema,
    selection: selection.prefault({}).describe('Which candidates are shown.'),
    annotation: z
      .strictObject({
        budget: wholeNumber.min(1).default(200).describe('Annotations you mean to make.'),
        blind: z
          .boolean()
          .default(true)
          .describe('Hide where a response comes from until it is decided.'),
        guidelines: z
          .string()
          .min(1)
          .optional()
          .describe('Markdown file with guidelines for annotators, relative to this file.'),
      })
      .prefault({})
      .describe('How selections are annotated.'),
    judges: judgesSchema,
  })
  .superRefine(({ selection: { k }, sampling: { n }, judges = [] }, context) => {
    const names = judges.map(({ name }) => name)
    names.forEach((name, place) => {
      if (names.indexOf(name) < place)
        context.addIssue({
          code: 'custom',
          path: ['judges', place, 'name'],
          message: l10n.t`Two judges are called ${name}. Give each a name of its own.`,
        })
    })
    if (k > n)
      context.addIssue({
        code: 'custom',
        path: ['selection', 'k'],
        message: l10n.t`k is ${k}, but only n = ${n} candidates are sampled per prompt. Lower selection.k or raise sampling.n.`,
      })
  })

export type CurationFile = z.infer<typeof curationFileSchema>
/** What a person may write: everything with a default left out. */
export type CurationFileInput = z.input<typeof curationFileSchema>

// One name for one thing: the file's sections are the engine's settings.
samplingSchema satisfies z.ZodType<SamplingSettings>
selection satisfies z.ZodType<SelectionSettings>
