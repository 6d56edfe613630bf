// What a server takes in a chat request beyond the common part: known from its software, or learned
// from what it refuses.
import type { SampleParams } from '../../shared/engineProtocol'
import type { Identity, Software } from './identity'
import type { Refusal } from './refusal'

type Sampling = SampleParams['sampling']
type ExtensionSetting = 'topK' | 'minP' | 'repetitionPenalty'

/** What changes while a server is talked to; learned once, kept for its later requests. */
export interface Dialect {
  /** The most responses (`n`) that one request asks for. */
  atOnce: number
  logprobs: boolean
  seed: boolean
  /** Whether extensions that are off are sent where a default would step in. */
  offValues: boolean
  tokenLimit: 'max_tokens' | 'max_completion_tokens'
}

/**
 * Candidates of one request at first: the prompt is computed once for all of them, and an answer
 * that is lost loses no more.
 */
export const CHUNK = 16

export const FIRST_DIALECT: Dialect = {
  atOnce: CHUNK,
  logprobs: true,
  seed: true,
  offValues: true,
  tokenLimit: 'max_tokens',
}

/** A field that is no part of OpenAI's API. */
interface Extension {
  setting: ExtensionSetting
  field: string
  /** What turns it off in the curation file, and on the wire. */
  off: number
  wireOff: number
}

const extensions = (topKOff: number, penalty: string): Extension[] => [
  { setting: 'topK', field: 'top_k', off: 0, wireOff: topKOff },
  { setting: 'minP', field: 'min_p', off: 0, wireOff: 0 },
  { setting: 'repetitionPenalty', field: penalty, off: 1, wireOff: 1 },
]
const COMMON = extensions(-1, 'repetition_penalty')

/**
 * These have defaults of their own or of the model (`generation_config.json`) which the settings of
 * the curation are to replace.
 */
const ALWAYS_SENT: Readonly<Partial<Record<Software, Extension[]>>> = {
  vLLM: COMMON,
  SGLang: COMMON,
  'llama.cpp': extensions(0, 'repeat_penalty'),
}

/** These take none of them and do not say so. */
const TAKE_NONE: readonly Software[] = ['Ollama', 'TGI']

/**
 * The fields for the settings that narrow the distribution. One that is off is left out, but where
 * a default would step in.
 */
export function narrowingFields(
  sampling: Sampling,
  { software }: Identity,
  { offValues }: Dialect,
): Record<string, number> {
  const always = software === null ? undefined : ALWAYS_SENT[software]
  const fields = (always ?? COMMON).filter(
    ({ setting, off }) => (always !== undefined && offValues) || sampling[setting] !== off,
  )
  // TGI has no default for top_p and refuses the 1 that turns it off.
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

/** The setting that this server would pass over in silence, if any. */
export function ignoredSetting(
  sampling: Sampling,
  { software }: Identity,
): ExtensionSetting | undefined {
  if (software === null || !TAKE_NONE.includes(software)) return undefined
  return COMMON.find(({ setting, off }) => sampling[setting] !== off)?.setting
}

/** Whether this server would pass options of the chat template over in silence. */
export const ignoresTemplate = ({ software }: Identity): boolean =>
  software !== null && TAKE_NONE.includes(software)

/** The field for options of the chat template. */
export const TEMPLATE_FIELD = 'chat_template_kwargs'

/** The extension that the server's words name; `isOff`: the curation does not use it. */
export function refusedExtension(
  { message }: Refusal,
  sampling: Sampling,
): { setting: ExtensionSetting; isOff: boolean } | undefined {
  const named = [...COMMON, ...extensions(0, 'repeat_penalty')].find(({ field }) =>
    new RegExp(`\\b${field}\\b`).test(message),
  )
  return named && { setting: named.setting, isOff: sampling[named.setting] === named.off }
}

/** llama.cpp computes as many at once as it has slots, and says only that these are too few. */
const NAMES_SLOTS = /number of slots/i
const NAMES_N =
  /['"`]n['"`]|\bbody\W+n\b|\bn (must|is|should|>|=)|parameter:? n\b|one (completion|choice)|best_of/i

/** For when `asked` responses, two or more, were too many: half as many, in powers of two. */
export const fewerAtOnce = (dialect: Dialect, asked: number): Dialect => ({
  ...dialect,
  atOnce: 2 ** Math.floor(Math.log2(asked - 1)),
})

/**
 * The dialect to try after a refusal: without what the server's words name; else without what
 * servers most often lack; or null.
 */
export function simpler(dialect: Dialect, { message }: Refusal, asked: number): Dialect | null {
  if (dialect.tokenLimit === 'max_tokens' && message.includes('max_completion_tokens'))
    return { ...dialect, tokenLimit: 'max_completion_tokens' }
  if (asked > 1 && NAMES_SLOTS.test(message)) return fewerAtOnce(dialect, asked)
  if (dialect.logprobs && /logprobs/i.test(message)) return { ...dialect, logprobs: false }
  if (asked > 1 && NAMES_N.test(message)) return { ...dialect, atOnce: 1 }
  if (dialect.seed && /\bseed\b/i.test(message)) return { ...dialect, seed: false }
  if (dialect.logprobs) return { ...dialect, logprobs: false }
  if (asked > 1) return { ...dialect, atOnce: 1 }
  return null
}
