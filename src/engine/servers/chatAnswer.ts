// Parses the response to a chat request; any shape is possible.
import * as l10n from '@vscode/l10n'
import { MARKERS } from '../../core/reasoning/markers'
import { type Answer, splitReasoning } from '../../core/reasoning/split'
import { asRecord, isRecord } from '../../core/text/values'
import type { SampledCandidate } from '../../shared/engineProtocol'
import { ABORTED, FILTERED, FINISH_REASONS } from './finishReasons'
import { FailedAnswer } from './outcome'
import { ServerRefusal } from './refusal'

type Choice = Omit<SampledCandidate, 'index' | 'seed' | 'omitted'>

export interface ChatAnswer {
  /** In order of their `index`, without those that the server gave up. */
  choices: Choice[]
  /** Number of choices that the server gave up. */
  failed: number
  /** Total tokens of all choices; null if the server does not say. */
  tokens: number | null
}

/**
 * null for a value that is not a complete response to a chat request.
 * @throws FailedAnswer if the server gave no choice or gave up all; Refusal if its content filter
 *   did.
 */
export function readChatAnswer(value: unknown): ChatAnswer | null {
  const { choices, usage } = asRecord(value)
  if (!Array.isArray(choices)) return null
  if (choices.length === 0) throw new FailedAnswer(l10n.t('its answer holds no response'))
  const good: Choice[] = []
  let words = ''
  for (const raw of inOrder(choices)) {
    const failure = failureIn(raw)
    const choice = failure === null ? readChoice(raw) : null
    if (failure === null && !choice) return null
    if (choice) good.push(choice)
    words ||= failure ?? ''
  }
  if (good.length === 0)
    throw choices.every(isFiltered)
      ? new ServerRefusal(400, words, false, false)
      : new FailedAnswer(words)
  const tokens = count(asRecord(usage)['completion_tokens'])
  const only = choices.length === 1 ? good[0] : undefined
  // The usage covers the whole request, so it is a candidate's own count only if that is the only
  // one.
  if (only && tokens !== null) only.tokenCount = tokens
  return {
    choices: good,
    failed: choices.length - good.length,
    tokens: tokens ?? sum(good.map(({ tokenCount }) => tokenCount)),
  }
}

/** By `index`; in the order of the list where indices are missing or repeated. */
function inOrder(choices: readonly unknown[]): readonly unknown[] {
  const indices = choices.map((choice) => asRecord(choice)['index'])
  const isUsable =
    new Set(indices).size === choices.length && indices.every((index) => typeof index === 'number')
  return isUsable
    ? choices.toSorted((a, b) => Number(asRecord(a)['index']) - Number(asRecord(b)['index']))
    : choices
}

/** What OpenAI has for a token that is none of the likeliest: its log-probability is not known. */
const UNKNOWN_LOGPROB = -9999

/** Why the server gave up a choice; null for one that it did not. */
function failureIn(choice: unknown): string | null {
  const { finish_reason: given, error } = asRecord(choice)
  const reason = reasonIn(choice)
  if (isFiltered(choice)) return l10n.t('its content filter stopped the response')
  if (!error && !ABORTED.includes(reason)) return null
  const { message } = asRecord(error)
  const said = typeof error === 'string' ? error : message
  return typeof said === 'string' && said !== ''
    ? said
    : l10n.t`it aborted the response (${String(given)})`
}

/** Whether a content filter left nothing of a choice. */
function isFiltered(choice: unknown): boolean {
  const { message } = asRecord(choice)
  return FILTERED.includes(reasonIn(choice)) && textOf(asRecord(message)['content'], isText) === ''
}

/** Gemini adds what it filtered: `content_filter: SAFETY`. Empty for a choice without a reason. */
function reasonIn(choice: unknown): string {
  const { finish_reason: reason } = asRecord(choice)
  if (typeof reason !== 'string') return ''
  return /^\w*/.exec(reason.trim().toLowerCase().replaceAll('-', '_'))?.[0] ?? ''
}

function readChoice(value: unknown): Choice | null {
  const { message, delta, text: completion, logprobs } = asRecord(value)
  // some servers answer as to a completion, or with the one event of a stream
  const given =
    message ?? delta ?? (typeof completion === 'string' ? { content: completion } : null)
  if (!isRecord(given)) return null
  const content = textOf(given['content'], isText)
  // OpenAI puts a refusal of the model into a field of its own
  const text = content === '' ? textOf(given['refusal'], isText) : content
  if (text === null) return null
  const tokens = logprobsIn(logprobs)
  const answer = answerIn(text, reasoningOf(given))
  return {
    text: answer.text,
    ...(answer.reasoning === null ? {} : { reasoning: answer.reasoning }),
    finishReason: FINISH_REASONS[reasonIn(value)] ?? 'other',
    tokenCount: tokens?.length ?? null,
    logprob: sum(tokens ?? [null]),
  }
}

/** @param apart reasoning that is not in the text; some servers leave a part of it there. */
function answerIn(text: string, apart: string): Answer {
  const start = text.trimStart()
  if (apart !== '' && !MARKERS.some(({ open }) => start.startsWith(open)))
    return { text, reasoning: apart }
  const { text: answer, reasoning } = splitReasoning(text)
  if (apart === '' || apart === reasoning) return { text: answer, reasoning }
  return { text: answer, reasoning: [apart, reasoning].filter(Boolean).join('\n\n') }
}

/** Of each token, as chat responses or as completions have them; null if there are none. */
function logprobsIn(logprobs: unknown): readonly unknown[] | null {
  const { content, token_logprobs: ofCompletion } = asRecord(logprobs)
  const tokens = Array.isArray(content)
    ? content.map((token) => asRecord(token)['logprob'])
    : ofCompletion
  return Array.isArray(tokens) && tokens.length > 0
    ? tokens.map((logprob) => (logprob === UNKNOWN_LOGPROB ? null : (logprob as unknown)))
    : null
}

/** In a field of its own, by the names that servers give it, or among the parts of the content. */
function reasoningOf({
  reasoning_content,
  reasoning,
  thinking,
  content,
}: Record<string, unknown>): string {
  const field = [reasoning_content, reasoning, thinking].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  )
  return typeof field === 'string' ? field.trim() : (textOf(content, isThought)?.trim() ?? '')
}

type Part = Record<string, unknown>

const isThought = ({ type }: Part): boolean => type === 'thinking' || type === 'reasoning'
const isText = (part: Part): boolean => !isThought(part)

/** A message without text (a tool call, or reasoning only) has the empty text. */
function textOf(content: unknown, isWanted: (part: Part) => boolean): string | null {
  if (content === null || content === undefined) return ''
  if (typeof content === 'string') return isWanted({}) ? content : ''
  if (typeof content !== 'object') return null
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content]
  return parts
    .map((part) => (typeof part === 'string' ? { text: part } : asRecord(part)))
    .filter(isWanted)
    .map(({ text, thinking, reasoning }) => textIn(text ?? thinking ?? reasoning))
    .join('')
}

/** Mistral's thoughts are lists of parts themselves. */
const textIn = (value: unknown): string =>
  typeof value === 'string' ? value : (textOf(value, () => true) ?? '')

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
