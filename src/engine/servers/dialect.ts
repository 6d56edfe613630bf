// The optional parameters of a chat request that a server supports: known from its software, or
// learned from its refusals.
import type { OmittableField } from '../../shared/domain'
import type { SampleParams } from '../../shared/engineProtocol'
import type { Identity, Software } from './identity'

type Sampling = SampleParams['sampling']
type ExtensionSetting = 'topK' | 'minP' | 'repetitionPenalty'

/** What is learned from a server's responses and kept for later requests. */
export interface Dialect {
  /** Largest `n` of a request. */
  choicesPerRequest: number
  /** Fields that requests do without. */
  omitted: readonly OmittableField[]
  /** Whether to send extensions that are off to servers with other defaults. */
  sendsOffValues: boolean
  tokenLimit: 'max_tokens' | 'max_completion_tokens'
  /** Whether the server answers streaming requests alone. */
  streams: boolean
}

/**
 * Candidates per request at first. The server computes the prompt once for all of them, and a lost
 * response loses no more than these.
 */
export const CHUNK = 16

/** @param omit fields that the curation file turns off. */
export const firstDialect = (omit: readonly OmittableField[] = []): Dialect => ({
  choicesPerRequest: omit.includes('n') ? 1 : CHUNK,
  omitted: omit,
  sendsOffValues: true,
  tokenLimit: 'max_tokens',
  streams: false,
})

/** What one dialect learned beside what the other one did. */
export const merged = (one: Dialect, other: Dialect): Dialect => ({
  choicesPerRequest: Math.min(one.choicesPerRequest, other.choicesPerRequest),
  omitted: [...new Set([...one.omitted, ...other.omitted])],
  sendsOffValues: one.sendsOffValues && other.sendsOffValues,
  tokenLimit: other.tokenLimit === 'max_tokens' ? one.tokenLimit : other.tokenLimit,
  streams: one.streams || other.streams,
})

const without = (dialect: Dialect, ...fields: OmittableField[]): Dialect => ({
  ...dialect,
  omitted: [...dialect.omitted, ...fields],
})

/** Of the curation file; of `temperature` it is 1, which servers have, too. */
const DEFAULT_TOP_P = 0.9

/** A parameter that is not part of OpenAI's API. */
interface Extension {
  setting: ExtensionSetting
  field: string
  /** The value for "off" in the curation file. */
  off: number
  /** The value for "off" in a request. */
  wireOff: number
}

const extensions = (topKOff: number, penalty: string): Extension[] => [
  { setting: 'topK', field: 'top_k', off: 0, wireOff: topKOff },
  { setting: 'minP', field: 'min_p', off: 0, wireOff: 0 },
  { setting: 'repetitionPenalty', field: penalty, off: 1, wireOff: 1 },
]
const COMMON = extensions(-1, 'repetition_penalty')

/**
 * Servers with defaults of their own or of the model (`generation_config.json`): they receive every
 * extension, to override these defaults.
 */
const ALWAYS_SENT: Readonly<Partial<Record<Software, Extension[]>>> = {
  vLLM: COMMON,
  SGLang: COMMON,
  'llama.cpp': extensions(0, 'repeat_penalty'),
}

/** Servers that ignore all extensions silently. */
const IGNORE_EXTENSIONS: readonly Software[] = ['Ollama', 'TGI']

/**
 * The request fields for the settings that shape the distribution. Settings that are off are
 * omitted, except where the server would apply a default; a top-p of 1 is the default everywhere.
 */
export function samplingFields(
  sampling: Sampling,
  { software }: Identity,
  { sendsOffValues, omitted }: Dialect,
): Record<string, number> {
  const always = software === null ? undefined : ALWAYS_SENT[software]
  const extended = (always ?? COMMON).filter(
    ({ setting, off }) => (always !== undefined && sendsOffValues) || sampling[setting] !== off,
  )
  return {
    ...(omitted.includes('temperature') ? {} : { temperature: sampling.temperature }),
    ...(omitted.includes('top_p') || sampling.topP === 1 ? {} : { top_p: sampling.topP }),
    ...Object.fromEntries(
      extended.map(({ setting, field, off, wireOff }) => [
        field,
        sampling[setting] === off ? wireOff : sampling[setting],
      ]),
    ),
  }
}

/** A setting in use that this server would ignore silently, if any. */
export function ignoredSetting(
  sampling: Sampling,
  { software }: Identity,
): ExtensionSetting | undefined {
  if (software === null || !IGNORE_EXTENSIONS.includes(software)) return undefined
  return COMMON.find(({ setting, off }) => sampling[setting] !== off)?.setting
}

/** Whether this server ignores options of the chat template silently. */
export const ignoresTemplate = ({ software }: Identity): boolean =>
  software !== null && IGNORE_EXTENSIONS.includes(software)

/** The field for options of the chat template. */
export const TEMPLATE_FIELD = 'chat_template_kwargs'

/** The extension that the error message names; `isOff` if the curation does not use it. */
export function refusedExtension(
  message: string,
  sampling: Sampling,
): { setting: ExtensionSetting; isOff: boolean } | undefined {
  const named = [...COMMON, ...extensions(0, 'repeat_penalty')].find(({ field }) =>
    new RegExp(`\\b${field}\\b`).test(message),
  )
  return named && { setting: named.setting, isOff: sampling[named.setting] === named.off }
}

/**
 * llama.cpp generates at most one choice per slot, and its message does not say how many slots it
 * has.
 */
const NAMES_SLOTS = /number of slots/i
/** Some models are served to streaming requests alone. */
export const NAMES_STREAM = /\bstream(ing|ed)?\b/i
const NAMES_N =
  /['"`]n['"`]|\bbody\W+n\b|\bn (must|is|should|>|=)|parameter:? n\b|one (completion|choice)|best_of/i

/** After `asked` ≥ 2 choices were too many: the largest smaller power of two. */
export const withFewerChoices = (dialect: Dialect, asked: number): Dialect => ({
  ...dialect,
  choicesPerRequest: 2 ** Math.floor(Math.log2(asked - 1)),
})

/**
 * The dialect to try after a refusal that names a parameter: without it. null if the message names
 * none that a request can do without.
 */
export function withoutNamed(
  dialect: Dialect,
  message: string,
  asked: number,
  sampling: Sampling,
): Dialect | null {
  const sends = (field: OmittableField): boolean => !dialect.omitted.includes(field)
  if (dialect.tokenLimit === 'max_tokens' && message.includes('max_completion_tokens'))
    return { ...dialect, tokenLimit: 'max_completion_tokens' }
  if (!dialect.streams && NAMES_STREAM.test(message)) return { ...dialect, streams: true }
  if (asked > 1 && NAMES_SLOTS.test(message)) return withFewerChoices(dialect, asked)
  if (sends('logprobs') && /logprobs/i.test(message)) return without(dialect, 'logprobs')
  if (asked > 1 && NAMES_N.test(message)) return { ...dialect, choicesPerRequest: 1 }
  if (sends('seed') && /\bseed\b/i.test(message)) return without(dialect, 'seed')
  const field = namedDefault(message, sampling, sends)
  return field ? without(dialect, field) : null
}

/** A field that the message names and that has its default value, which the server may replace. */
function namedDefault(
  message: string,
  { temperature, topP }: Sampling,
  sends: (field: OmittableField) => boolean,
): OmittableField | undefined {
  if (sends('top_p') && /\btop_?p\b/i.test(message) && topP === DEFAULT_TOP_P) return 'top_p'
  if (sends('temperature') && /\btemperature\b/i.test(message) && temperature === 1)
    return 'temperature'
  return undefined
}

/**
 * The dialects to try where a server gives no reason: without the parameters that servers most
 * often lack, one by one and then together.
 */
export function simplerDialects(dialect: Dialect, asked: number): Dialect[] {
  const single = { ...dialect, choicesPerRequest: 1 }
  const dialects = [
    ...(dialect.omitted.includes('logprobs') ? [] : [without(dialect, 'logprobs')]),
    ...(asked > 1 ? [single, without(single, 'logprobs')] : []),
    ...(dialect.omitted.includes('seed') ? [] : [without(single, 'logprobs', 'seed')]),
  ]
  return dialects.map((one) => ({ ...one, omitted: [...new Set(one.omitted)] }))
}
