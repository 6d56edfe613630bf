// The models of a curation file: the generator, one or several with shares, and the embedder; each
// local or behind a server.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { type DeviceChoice, OMITTABLE_FIELDS, type TemplateOptions } from '../../shared/domain'
import { isRecord } from '../text/values'

export const DEVICE_CHOICES = [
  'auto',
  'webgpu',
  'cuda',
  'dml',
  'coreml',
  'cpu',
] as const satisfies readonly DeviceChoice[]

/** The generator of a curation file that names none. */
export const EMBEDDED_GENERATOR = 'builtin:SmolLM2-135M-Instruct'
export const EMBEDDED_EMBEDDER = 'builtin:all-MiniLM-L6-v2'

/**
 * Requests in flight: with up to 16 candidates each they fill the default batch of the usual
 * servers.
 */
export const DEFAULT_CONCURRENCY = 16
const MOST_GENERATORS = 16

const serverAddress = z
  .url({
    protocol: /^https?$/,
    error: l10n.t('the address of a server, such as http://localhost:8000/v1'),
  })
  .refine((address) => isPlainAddress(address), {
    error: l10n.t(
      'The address of a server stands alone, without user, password, query or fragment: do not put keys in a file.',
    ),
  })

/**
 * What names a server is never meant to be local: without this the union could answer that the key
 * `server` is unknown.
 */
const local = { server: z.never().optional() }

export const templateSchema: z.ZodType<TemplateOptions> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]),
)
/** What generators have beside embedders. */
const template = {
  template: templateSchema
    .optional()
    .describe(
      'Options of the chat template, by its own names, such as { "enable_thinking": false }.',
    ),
  reasoning: z
    .enum(['apart', 'inText'])
    .optional()
    .describe(
      'Whether what a model writes before its answer is kept apart from the text of a candidate (the default) or is part of it.',
    ),
}

/** What embedders have beside generators. */
const embedding = {
  prompt: z
    .string()
    .optional()
    .describe(
      'Put before every text: the instruction that the model was trained with, such as "query: ". By default that of the model folder.',
    ),
}

const localGenerator = {
  ...local,
  model: z
    .string()
    .min(1)
    .default(EMBEDDED_GENERATOR)
    .describe('builtin:NAME, run:ID (the model of a training run), a folder, or a hub id.'),
  device: z
    .enum(DEVICE_CHOICES)
    .default('auto')
    .describe('Where the generator runs; auto takes a GPU when one serves.'),
  ...template,
}

const server = {
  server: serverAddress.describe(
    'Address of a server with the OpenAI API, such as http://localhost:8000/v1.',
  ),
  model: z.string().min(1).describe('The model as the server names it.'),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(DEFAULT_CONCURRENCY)
    .describe('Requests in flight at once.'),
  omit: z
    .array(z.enum(OMITTABLE_FIELDS))
    .optional()
    .describe('Fields that requests do without, such as logprobs.'),
}

/** One generator: a local one, or one behind a server. */
export const modelSchema = z.union([
  z.strictObject(localGenerator),
  z.strictObject({ ...server, ...template }),
])

const share = {
  share: z
    .number()
    .gt(0)
    .max(1e6)
    .default(1)
    .describe('Weight of this generator: its part of each pool.'),
}

const generator = z.union([
  ...modelSchema.options,
  z
    .array(
      z.union([
        z.strictObject({ ...localGenerator, ...share }),
        z.strictObject({ ...server, ...template, ...share }),
      ]),
    )
    .min(1)
    .max(MOST_GENERATORS),
])

/** A generator on this machine, and one behind a server, without a share. */
export const localModel = localGenerator
export const serverModel = { ...server, ...template }

export const generatorSchema = generator
  .prefault({})
  .describe(
    'The language model that candidates are sampled from: a local one, one behind a server, or a list of either with shares.',
  )

const MOST_ROUNDS = 999

export const laterRoundsSchema = z
  .array(
    z.strictObject({
      generator: generator.describe('What the round samples from; as generator of the file.'),
      run: z
        .string()
        .min(1)
        .optional()
        .describe(
          'The run whose model the generator serves. A local generator names it in its model, run:ID.',
        ),
    }),
  )
  .max(MOST_ROUNDS)
  .optional()
  .describe('The rounds after the first, in order: the first entry is round 2.')

export const embedderSchema = z
  .union([
    z.strictObject({
      ...local,
      model: z
        .string()
        .min(1)
        .default(EMBEDDED_EMBEDDER)
        .describe('builtin:NAME, a folder, or a hub id.'),
      ...embedding,
    }),
    z.strictObject({ ...server, ...embedding }),
  ])
  .prefault({})
  .describe(
    'The sentence embedder whose similarities the selection uses: a local one, or one behind a server.',
  )

type LocalGenerator = z.infer<z.ZodObject<typeof localGenerator>>
type ServerModel = z.infer<z.ZodObject<typeof server & typeof template>>
export type ModelChoice = LocalGenerator | ServerModel
export type GeneratorShare = ModelChoice & { share: number }

const RUN_PREFIX = 'run:'

/** What a generator calls the model of a training run: `run:` and the id of the run. */
export const runModel = (runId: string): string => `${RUN_PREFIX}${runId}`

/** The id of the run that a model is named by; undefined for other models. */
export const runOfModel = (model: string): string | undefined =>
  model.startsWith(RUN_PREFIX) ? model.slice(RUN_PREFIX.length) : undefined

/** Whether a text may stand as the address of a server. */
export const isServerAddress = (text: string): boolean => serverAddress.safeParse(text).success

/** The generators of a curation, in the order of the file; a single one has share 1. */
export function generatorsOf({
  generator,
}: {
  generator: z.infer<typeof generatorSchema>
}): GeneratorShare[] {
  return Array.isArray(generator) ? generator : [{ ...generator, share: 1 }]
}

/** The origins of the servers that a curation names, each once: where keys may be needed. */
export function serverOrigins(settings: {
  generator: z.infer<typeof generatorSchema>
  embedder: z.infer<typeof embedderSchema>
  judges?: readonly { kind: string; server?: string | undefined }[] | undefined
}): string[] {
  const { embedder, judges = [] } = settings
  return [
    ...new Set(
      [...generatorsOf(settings), embedder, ...judges].flatMap(({ server: address }) =>
        address === undefined ? [] : [new URL(address).origin],
      ),
    ),
  ]
}

/**
 * Which of a union's shapes a value is meant to be, by its place in the schema: a list is a list,
 * an object that names a server is a server's. Problems are reported for that shape alone.
 */
export function meantShape(value: unknown): number {
  if (Array.isArray(value)) return 2
  return isRecord(value) && 'server' in value ? 1 : 0
}

function isPlainAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { username, password, searchParams, hash } = new URL(address)
  const hasQuery = [...searchParams.keys()].some((name) => name !== 'api-version')
  return username === '' && password === '' && !hasQuery && hash === ''
}
