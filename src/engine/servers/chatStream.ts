// A chat response in server-sent events, put together as if it had not been streamed.
import { asRecord, isRecord } from '../../core/text/values'
import { saysError } from './errorBody'
import { EventStream, isEventStream, type ServerEvent } from './eventStream'

/** Fields of a delta that hold text, by the names that servers give them. */
const TEXT_FIELDS = ['content', 'refusal', 'reasoning_content', 'reasoning', 'thinking'] as const

/** The fields of a delta, joined: a text, or a list of the parts that came. */
type Message = Record<string, string | unknown[]>

interface Choice {
  message: Message
  reason: unknown
  tokens: unknown[]
  parts: number
}

export class ChatStream {
  private readonly choices = new Map<number, Choice>()
  private readonly events = new EventStream()
  private usage: unknown
  private failure: Record<string, unknown> | undefined
  private isDone = false

  /** Reads the next part of the response; it may end anywhere. */
  push(text: string): void {
    for (const event of this.events.push(text)) this.read(event)
  }

  /** Whether the server said that it is over, ended each choice, or failed. */
  get isComplete(): boolean {
    const { isDone, choices, failure } = this
    const isEnded = choices.size > 0 && [...choices.values()].every(({ reason }) => reason !== null)
    return isDone || isEnded || failure !== undefined
  }

  /**
   * The body that a response with one unfinished choice has, and in how many parts its text came;
   * undefined before its text begins and after it ended.
   */
  soFar(index: number): { value: Record<string, unknown>; parts: number } | undefined {
    const choice = this.choices.get(index)
    if (!choice || choice.parts === 0 || choice.reason !== null) return undefined
    return { value: { choices: [{ message: choice.message }] }, parts: choice.parts }
  }

  /** The body that the whole response has without streaming. */
  get value(): Record<string, unknown> {
    if (this.failure !== undefined) return this.failure
    const choices = [...this.choices].map(([index, { message, reason, tokens }]) => ({
      index,
      message,
      finish_reason: reason,
      logprobs: tokens.length > 0 ? { content: tokens } : null,
    }))
    return { choices, usage: this.usage }
  }

  private read({ type, value, isEnd }: ServerEvent): void {
    const event = asRecord(value)
    if (isEnd) this.isDone = true
    else if (type === 'error' && !saysError(event)) this.failure ??= { error: value }
    else this.take(event)
  }

  private take(event: Record<string, unknown>): void {
    const { choices, usage, error } = event
    if (error) this.failure ??= { error }
    else if (!Array.isArray(choices) && saysError(event)) this.failure ??= event
    this.usage = usage ?? this.usage
    for (const raw of Array.isArray(choices) ? choices : []) {
      const { index = 0, delta, message, text, finish_reason: reason, logprobs } = asRecord(raw)
      const choice = this.choice(Number(index))
      if (append(choice.message, deltaIn(delta, choice.parts > 0 ? null : message, text)))
        choice.parts++
      // some servers have the empty text where others have null
      if (reason !== '') choice.reason = reason ?? choice.reason
      const { content: tokens } = asRecord(logprobs)
      if (Array.isArray(tokens)) choice.tokens.push(...(tokens as unknown[]))
    }
  }

  private choice(index: number): Choice {
    const choice = this.choices.get(index) ?? { message: {}, reason: null, tokens: [], parts: 0 }
    this.choices.set(index, choice)
    return choice
  }
}

/** Comments keep a connection alive, before the first event or before a response without events. */
const COMMENTS = /^(?:\s*:[^\r\n]*)+/

/**
 * The JSON text that a whole response has without streaming; any other text, and one that breaks
 * off, as it is.
 */
export function withoutEvents(whole: string): string {
  const text = whole.replace(COMMENTS, '')
  if (!isEventStream(text)) return text
  const stream = new ChatStream()
  stream.push(`${text}\n`)
  return stream.isComplete ? JSON.stringify(stream.value) : whole
}

/** Some servers send a message instead of a delta, or at the end the whole message again. */
function deltaIn(delta: unknown, message: unknown, text: unknown): Record<string, unknown> {
  if (isRecord(delta)) return delta
  return isRecord(message) ? message : { content: text }
}

/** @returns whether there was a text. */
function append(message: Message, delta: Record<string, unknown>): boolean {
  let isText = false
  for (const field of TEXT_FIELDS) {
    const given = delta[field]
    if (!hasText(given)) continue
    message[field] = joined(message[field], given)
    isText = true
  }
  return isText
}

const hasText = (value: unknown): value is string | unknown[] =>
  (typeof value === 'string' || Array.isArray(value)) && value.length > 0

/** Mistral's models stream their thoughts as parts, and their answer as a text. */
function joined(
  before: string | unknown[] | undefined,
  next: string | unknown[],
): string | unknown[] {
  if (before === undefined) return next
  if (typeof before === 'string' && typeof next === 'string') return before + next
  return [...partsOf(before), ...partsOf(next)]
}

const partsOf = (value: string | unknown[]): unknown[] =>
  typeof value === 'string' ? [{ type: 'text', text: value }] : value
