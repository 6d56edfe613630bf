// Parses the response to a chat request; any shape is possible.
import type { SampledCandidate } from '../../shared/engineProtocol'

type Choice = Pick<SampledCandidate, 'text' | 'finishReason' | 'tokenCount' | 'logprob'>

export interface ChatAnswer {
  /** In order of their `index`. */
  choices: Choice[]
  /** Total tokens of all choices; null if the server does not say. */
  tokens: number | null
}

/**
 * Finish reasons of servers; any other one is `other`.
 */
const FINISH_REASONS: Readonly<Record<string, Choice['finishReason']>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
}
/** The server gave up: such a response is incomplete. */
const ABORTED = ['abort', 'error']

/** null for a value that is not a complete response to a chat request. */
export function readChatAnswer(value: unknown): ChatAnswer | null {
  const { choices, usage } = record(value)
  if (!Array.isArray(choices) || choices.length === 0) return null
  const ordered: Choice[] = []
  for (const [i, raw] of choices.entries()) {
    const choice = readChoice(raw)
    if (!choice) return null
    const { index } = record(raw)
    ordered[typeof index === 'number' ? index : i] = choice
  }
  if (ordered.length !== choices.length || Object.keys(ordered).length !== choices.length)
    return null
  const tokens = count(record(usage)['completion_tokens'])
  const only = ordered.length === 1 ? ordered[0] : undefined
  // The usage covers the whole request, so it is a candidate's own count only if that is the only
  // one.
  if (only && tokens !== null) only.tokenCount = tokens
  return { choices: ordered, tokens: tokens ?? sum(ordered.map(({ tokenCount }) => tokenCount)) }
}

function readChoice(value: unknown): Choice | null {
  const { message, finish_reason: reason, logprobs } = record(value)
  const text = textOf(record(message)['content'])
  if (typeof message !== 'object' || message === null || text === null) return null
  if (typeof reason === 'string' && ABORTED.includes(reason)) return null
  const { content } = record(logprobs)
  const tokens =
    Array.isArray(content) && content.length > 0
      ? content.map((token) => record(token)['logprob'])
      : null
  return {
    text,
    finishReason: typeof reason === 'string' ? (FINISH_REASONS[reason] ?? 'other') : 'other',
    tokenCount: tokens?.length ?? null,
    logprob: sum(tokens ?? [null]),
  }
}

/** A message without text (a tool call, or reasoning only) has the empty text. */
function textOf(content: unknown): string | null {
  if (content === null || content === undefined) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  return content
    .map((part) => record(part)['text'])
    .filter((text) => typeof text === 'string')
    .join('')
}

function sum(values: readonly unknown[]): number | null {
  let total = 0
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return null
    total += value
  }
  return total
}

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
