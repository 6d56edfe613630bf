// The shapes in which data sets hold a conversation, read as messages.
import * as l10n from '@vscode/l10n'
import type { Message } from '../../shared/domain'
import { literal } from '../text/literal'
import { describeValue, isNothing, isRecord, isTexts } from '../text/values'
import { ROLES } from './roles'
import { RowFault } from './rowFault'
import { readTranscript } from './transcripts'

export interface ReadMessages {
  messages: Message[]
  /** Format of the transcript that the messages were read from. */
  transcript?: string
}

/** Problems of one row that are named. */
const MOST_NAMED = 3

/**
 * The messages of a value: a text, a message, a list of either, or a request with `messages`. A
 * text is what the user says, unless it is a transcript, or a list of messages as JSON or as Python
 * prints it.
 * @param name of the field, for faults.
 * @throws RowFault
 */
export function readMessages(value: unknown, name: string): ReadMessages {
  if (isNothing(value)) throw new RowFault('empty', l10n.t`${name} is ${emptyWord(value)}`)
  if (typeof value === 'string') return readText(value, name)
  if (isRecord(value) && isMessageLike(value)) return { messages: messagesOf([value], name) }
  if (isRecord(value) && Array.isArray(value['messages']))
    return readMessages(value['messages'], `${name}.messages`)
  if (!Array.isArray(value))
    throw new RowFault('broken', l10n.t`${name} is ${describeValue(value)}`)
  if (isTexts(value)) return readTexts(value, name)
  return { messages: messagesOf(value, name) }
}

const emptyWord = (value: unknown): string =>
  value === null || value === undefined ? 'null' : l10n.t('empty')

/** A cell of a table that was cut at its longest length, or deeper than any conversation. */
const BEGINS_AS_MESSAGES =
  /^\s*\[\s*(\{\s*["'](role|from|content|value|speaker|author)["']\s*:|\[{8})/

/** A list of texts: one is a prompt, several are no conversation. */
function readTexts(texts: readonly string[], name: string): ReadMessages {
  const [only = ''] = texts
  if (texts.length === 1) return readMessages(only, name)
  throw new RowFault(
    'broken',
    l10n.t`${name} is a list of ${texts.length} strings, not a conversation; name one of them, such as ${`${name}.0`}`,
  )
}

function readText(text: string, name: string): ReadMessages {
  const value = /^\s*[[{(]/.test(text) ? literal(text) : undefined
  if (isRecord(value) && isMessageLike(value)) return { messages: messagesOf([value], name) }
  if (Array.isArray(value) && value.length > 0 && value.every(isMessageLike))
    return { messages: messagesOf(value, name) }
  if (isTexts(value) && value.length > 0) return readTexts(value, name)
  if (value === undefined && BEGINS_AS_MESSAGES.test(text))
    throw new RowFault(
      'broken',
      l10n.t`${name} begins like a list of messages and cannot be read as one; it may be cut off`,
    )
  const transcript = readTranscript(text)
  return transcript
    ? { messages: transcript.messages, transcript: transcript.format }
    : { messages: [{ role: 'user', content: text }] }
}

/** Whether a value is meant as a message, however broken. */
export function isMessageLike(value: unknown): boolean {
  return (
    isRecord(value) &&
    ROLE_KEYS.some((key) => key in value) &&
    (CONTENT_KEYS.some((key) => key in value) || 'tool_calls' in value)
  )
}

const ROLE_KEYS = ['role', 'from', 'speaker', 'author']
const CONTENT_KEYS = ['content', 'value', 'text', 'parts']

const firstOf = (row: Record<string, unknown>, keys: readonly string[]): unknown =>
  keys.map((key) => row[key]).find((value) => value !== undefined && value !== null)

/** `{"user": "…", "assistant": "…"}` is two messages. */
function turnsOf(value: unknown): unknown[] {
  if (!isRecord(value)) return [value]
  const entries = Object.entries(value)
  const isTurn = entries.every(
    ([key, text]) => ROLES[key.toLowerCase()] !== undefined && typeof text === 'string',
  )
  return isTurn && entries.length > 0
    ? entries.map(([role, content]) => ({ role, content }))
    : [value]
}

/**
 * `{role, content}` of OpenAI, `{from, value}` of ShareGPT, or `{user, assistant}`.
 * @throws RowFault that names each message that is none.
 */
function messagesOf(elements: readonly unknown[], name: string): Message[] {
  const values = elements.flatMap(turnsOf)
  const messages: Message[] = []
  const problems: string[] = []
  const answered = values.findLastIndex((value) => roleOf(value) !== 'assistant')
  for (const [place, value] of values.entries()) {
    const message = messageOf(value)
    if (typeof message !== 'string') messages.push(message)
    // an answer at the end is no part of a prompt
    else if (place > answered) messages.push({ role: 'assistant', content: '' })
    else problems.push(`${name}[${place}]: ${message}`)
  }
  if (problems.length === 0) return messages
  const more = problems.length - MOST_NAMED
  throw new RowFault(
    'broken',
    [...problems.slice(0, MOST_NAMED), ...(more > 0 ? [l10n.t`and ${more} more`] : [])].join('; '),
  )
}

function roleOf(value: unknown): Message['role'] | undefined {
  const role = isRecord(value) ? firstOf(value, ROLE_KEYS) : undefined
  return typeof role === 'string' ? ROLES[role.trim().toLowerCase()] : undefined
}

/** The message, or what is wrong with it. */
function messageOf(value: unknown): Message | string {
  if (!isRecord(value)) return l10n.t`it is ${describeValue(value)}, not a message`
  const known = roleOf(value)
  const role = firstOf(value, ROLE_KEYS)
  if (!known)
    return typeof role === 'string'
      ? l10n.t`the role is ${JSON.stringify(role)}`
      : l10n.t`the role is ${describeValue(role)}`
  const content = contentOf(firstOf(value, CONTENT_KEYS))
  return 'text' in content ? { role: known, content: content.text } : content.problem
}

type Content = { text: string } | { problem: string }

/** A text, or the texts of a list of parts; thoughts are no part of the text. */
export function contentOf(content: unknown): Content {
  if (typeof content === 'string') return { text: content }
  const parts = isRecord(content) ? [content] : content
  if (!Array.isArray(parts)) return { problem: l10n.t`the content is ${describeValue(content)}` }
  let text = ''
  for (const [place, part] of (parts as unknown[]).entries()) {
    const partText = textOfPart(part)
    if (partText === null)
      return { problem: l10n.t`content[${place}] is ${describePart(part)}, not text` }
    text += partText
  }
  return { text }
}

function textOfPart(part: unknown): string | null {
  if (typeof part === 'string') return part
  if (!isRecord(part)) return null
  const type = part['type'] ?? 'text'
  if (type === 'thinking' || type === 'reasoning') return ''
  if (type !== 'text' && type !== 'input_text' && type !== 'output_text') return null
  const text = part['text'] ?? part['value'] ?? part['content']
  return typeof text === 'string' ? text : null
}

const describePart = (part: unknown): string =>
  isRecord(part) && typeof part['type'] === 'string'
    ? l10n.t`of type ${JSON.stringify(part['type'])}`
    : describeValue(part)
