// The judges of a curation file: models that annotate.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { localModel, serverModel } from './modelSettings'

/** Comparisons that a judge is asked about, unless the curation file says otherwise. */
const DEFAULT_BUDGET = 200
/** Enough for a verdict and a short reason. */
const DEFAULT_ANSWER = 256

/** Names of annotators that are those of their files, too. */
export const ANNOTATOR_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u

const count = z.number().int().min(1)

const common = {
  name: z
    .string()
    .regex(ANNOTATOR_NAME, l10n.t('letters, digits, “.”, “_” and “-” only'))
    .describe('The annotator is called judge:NAME.'),
  budget: count.default(DEFAULT_BUDGET).describe('Comparisons that the judge is asked about.'),
  tokens: count.optional().describe('Tokens of requests and answers that the judge may use.'),
}

const prompt = z
  .string()
  .min(1)
  .optional()
  .describe(
    'File with the prompt of the judge, relative to this file. By default judges/NAME.prompt.md in the data folder.',
  )

const answer = {
  prompt,
  maxTokens: count.max(65_536).default(DEFAULT_ANSWER).describe('Longest answer, in tokens.'),
}

export const judgesSchema = z
  .array(
    z.discriminatedUnion(
      'kind',
      [
        z.strictObject({
          ...common,
          kind: z.literal('server').describe('A model behind a server with the OpenAI API.'),
          ...serverModel,
          ...answer,
        }),
        z.strictObject({
          ...common,
          kind: z
            .literal('local')
            .describe(
              'A generator on this machine. The judge is its probability of answering A or B.',
            ),
          ...localModel,
          prompt,
        }),
        z.strictObject({
          ...common,
          kind: z
            .literal('reward')
            .describe('A reward model, which scores one response at a time.'),
          model: z
            .string()
            .min(1)
            .describe(
              'run:ID of a reward run, a folder in ONNX or Hugging Face format, or a hub id.',
            ),
          runtime: z
            .enum(['onnx', 'python'])
            .optional()
            .describe('Who runs the model. By default python for run:ID, else onnx.'),
        }),
        z.strictObject({
          ...common,
          kind: z.literal('editor').describe('A language model that VS Code offers.'),
          model: z
            .string()
            .min(1)
            .optional()
            .describe('Its family or id. By default the first that VS Code offers.'),
          prompt,
        }),
      ],
      { error: l10n.t('one of "server", "local", "reward" and "editor"') },
    ),
  )
  .optional()
  .describe('Models that annotate: aepo judge.')

export type JudgeSettings = NonNullable<z.infer<typeof judgesSchema>>[number]

/** What annotators are called that are judges. */
const JUDGE_PREFIX = 'judge:'

export const judgeAnnotator = (name: string): string => `${JUDGE_PREFIX}${name}`

/** The name of the judge that an annotator is; undefined for other annotators. */
export const judgeOfAnnotator = (annotator: string): string | undefined =>
  annotator.startsWith(JUDGE_PREFIX) ? annotator.slice(JUDGE_PREFIX.length) : undefined
