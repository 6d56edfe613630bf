// The optional parameters of a chat request that a server supports: known from its software, or
// learned from its refusals.
import type { SampleParams } from '../../shared/engineProtocol'
import type { Identity, Software } from './identity'
import type { Refusal } from './refusal'

type Sampling = SampleParams['sampling']
type ExtensionSetting = 'topK' | 'minP' | 'repetitionPenalty'

/** What is learned from a server's responses and kept for later requests. */
export interface Dialect {
  /** Largest `n` of a request. */
  choicesPerRequest: number
  logprobs: boolean
  seed: boolean
  /** Whether to send extensions that are off to servers with other defaults. */
  sendsOffValues: boolean
  tokenLimit: 'max_tokens' | 'max_completion_tokens'
}

/**
 * Candidates per request at first. The server computes the prompt once for all of them, and a lost
 * response loses no more than these.
 */
export const CHUNK = 16

export const FIRST_DIALECT: Dialect = {
  choicesPerRequest: CHUNK,
  logprobs: true,
  seed: true,
  sendsOffValues: true,
  tokenLimit: 'max_tokens',
}

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
 * The request fields for the settings that truncate or reshape the distribution. Settings that are
 * off are omitted, except where the server would apply a default.
 */
export function narrowingFields(
  sampling: Sampling,
  { software }: Identity,
  { sendsOffValues }: Dialect,
): Record<string, number> {
  const always = software === null ? undefined : ALWAYS_SENT[software]
  const fields = (always ?? COMMON).filter(
    ({ setting, off }) => (always !== undefined && sendsOffValues) || sampling[setting] !== off,
  )
  // TGI refuses a top_p of 1, and has no default for it.
  const topP = sampling.topP === 1 && software === 'TGI' ? {} : { top_p: sampling.topP }
  return {
    ...topP,
    ...Object.fromEntries(
      fields.map(({ setting, field, off, wireOff }) => [
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
  { message }: Refusal,
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
const NAMES_N =
  /['"`]n['"`]|\bbody\W+n\b|\bn (must|is|should|>|=)|parameter:? n\b|one (completion|choice)|best_of/i

/** After `asked` ≥ 2 choices were too many: the largest smaller power of two. */
export const withFewerChoices = (dialect: Dialect, asked: number): Dialect => ({
  ...dialect,
  choicesPerRequest: 2 ** Math.floor(Math.log2(asked - 1)),
})

/**
 * The dialect to try after a refusal: without the parameter that the error message names, else
 * without the one that servers most often lack; null if none is left.
 */
export function simplified(dialect: Dialect, { message }: Refusal, asked: number): Dialect | null {
  if (dialect.tokenLimit === 'max_tokens' && message.includes('max_completion_tokens'))
    return { ...dialect, tokenLimit: 'max_completion_tokens' }
  if (asked > 1 && NAMES_SLOTS.test(message)) return withFewerChoices(dialect, asked)
  if (dialect.logprobs && /logprobs/i.test(message)) return { ...dialect, logprobs: false }
  if (asked > 1 && NAMES_N.test(message)) return { ...dialect, choicesPerRequest: 1 }
  if (dialect.seed && /\bseed\b/i.test(message)) return { ...dialect, seed: false }
  if (dialect.logprobs) return { ...dialect, logprobs: false }
  if (asked > 1) return { ...dialect, choicesPerRequest: 1 }
  return null
}
