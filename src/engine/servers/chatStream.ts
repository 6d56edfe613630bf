// A chat response in server-sent events, put together as if it had not been streamed.
import { asRecord, jsonOf } from '../../core/text/values'

/** Fields of a delta that hold text, by the names that servers give them. */
const TEXT_FIELDS = ['content', 'refusal', 'reasoning_content', 'reasoning', 'thinking'] as const

interface Choice {
  message: Record<string, string>
  reason: unknown
  tokens: unknown[]
  parts: number
}

export class ChatStream {
  private readonly choices = new Map<number, Choice>()
  private line = ''
  private usage: unknown
  private failure: unknown
  private isDone = false

  /** Reads the next part of the response; it may end anywhere. */
  push(text: string): void {
    const lines = (this.line + text).split(/\r?\n/)
    this.line = lines.pop() ?? ''
    for (const line of lines) this.read(line)
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
    if (this.failure !== undefined) return { error: this.failure }
    const choices = [...this.choices].map(([index, { message, reason, tokens }]) => ({
      index,
      message,
      finish_reason: reason,
      logprobs: tokens.length > 0 ? { content: tokens } : null,
    }))
    return { choices, usage: this.usage }
  }

  private read(line: string): void {
    const data = /^data:\s*(.*)$/.exec(line)?.[1]
    if (data === undefined) return
    if (data === '[DONE]') this.isDone = true
    else this.take(asRecord(jsonOf(data)))
  }

  private take({ choices, usage, error }: Record<string, unknown>): void {
    if (error) this.failure = error
    this.usage = usage ?? this.usage
    for (const raw of Array.isArray(choices) ? choices : []) {
      const { index = 0, delta, text, finish_reason: reason, logprobs } = asRecord(raw)
      const choice = this.choice(Number(index))
      const given = delta === undefined ? { content: text } : asRecord(delta)
      if (append(choice.message, given)) choice.parts++
      choice.reason = reason ?? choice.reason
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

/**
 * The JSON text that a whole response has without streaming; any other text, and one that breaks
 * off, as it is.
 */
export function withoutEvents(text: string): string {
  if (!/^\s*(data|event|id|retry)?:/.test(text)) return text
  const stream = new ChatStream()
  stream.push(`${text}\n`)
  return stream.isComplete ? JSON.stringify(stream.value) : text
}

/** @returns whether there was a text. */
function append(message: Record<string, string>, delta: Record<string, unknown>): boolean {
  let isText = false
  for (const field of TEXT_FIELDS) {
    const text = delta[field]
    if (typeof text !== 'string' || text === '') continue
    message[field] = (message[field] ?? '') + text
    isText = true
  }
  return isText
}
