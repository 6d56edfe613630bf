// From a row of a data set to a prompt: which field holds it, and the shapes that data sets write
// conversations in.
import * as l10n from '@vscode/l10n'
import type { Message, Prompt } from '../../shared/domain'
import { failureError, type FailureError } from '../../shared/errors'
import { promptId } from './ids'

/** Names under which data sets keep a prompt, best first; case does not matter. */
const PROMPT_FIELDS = [
  'prompt',
  'instruction',
  'question',
  'query',
  'messages',
  'conversations',
  'conversation',
  'input',
  'text',
]
const SYSTEM_FIELDS = ['system', 'system_prompt']
/** Alpaca rows: what the instruction is about stands beside it. */
const INSTRUCTION_FIELD = 'instruction'
const INSTRUCTION_CONTEXT_FIELD = 'input'

const ROLES: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  chatgpt: 'assistant',
  bot: 'assistant',
  model: 'assistant',
}

/** Which fields of a row hold the prompt and a system prompt. */
export interface PromptFields {
  prompt?: string | undefined
  system?: string | undefined
}

/** Where a row comes from: its file and its 1-based line (row number in formats without lines). */
export interface RowPlace {
  where: string
  line: number
}

/** The fields found by name among those of a row; a row with a single field needs no name. */
export function detectFields(names: readonly string[]): PromptFields {
  const find = (wanted: readonly string[]): string | undefined =>
    wanted
      .map((name) => names.find((candidate) => candidate.trim().toLowerCase() === name))
      .find((name) => name !== undefined)
  const prompt = find(PROMPT_FIELDS) ?? (names.length === 1 ? names[0] : undefined)
  const system = find(SYSTEM_FIELDS)
  return {
    ...(prompt === undefined ? {} : { prompt }),
    ...(system === undefined ? {} : { system }),
  }
}

/**
 * The prompt of one row: a text; a list of messages; or an object with a field of either kind.
 *
 * Messages are `{role, content}` (content a text, or OpenAI's list of text parts) or ShareGPT's
 * `{from, value}`. Assistant turns at the end are dropped: they are what is to be sampled. A system
 * prompt goes first unless the messages have one. Beside a field `instruction`, a text in `input`
 * is part of the prompt, as in Alpaca rows. Halves of surrogate pairs, which no reader of the data
 * set takes, are replaced as in UTF-8.
 * @throws FailureError `bad-input` that names file, line, and the fields that exist.
 */
export function rowToPrompt(row: unknown, fields: PromptFields, place: RowPlace): Prompt {
  const messages = isRecord(row) ? fromFields(row, fields, place) : fromValue(row, 'row', place)
  while (messages.at(-1)?.role === 'assistant') messages.pop()
  if (messages.at(-1)?.role !== 'user')
    throw badRow(
      l10n.t('This conversation has no message of a user to answer.'),
      place,
      l10n.t('Correct or remove the row.'),
    )
  if (messages.at(-1)?.content.trim() === '')
    throw badRow(l10n.t('The prompt is empty.'), place, l10n.t('Correct or remove the row.'))
  const clean = messages.map(({ role, content }) => ({ role, content: content.toWellFormed() }))
  return { id: promptId(clean), messages: clean }
}

function fromFields(row: Record<string, unknown>, given: PromptFields, place: RowPlace): Message[] {
  const found = detectFields(Object.keys(row))
  const name = given.prompt ?? found.prompt
  if (name === undefined)
    throw badRow(
      l10n.t('No field of this row is known to hold a prompt.'),
      place,
      l10n.t`Set fields.prompt to one of: ${namesOf(row)}.`,
    )
  const messages = fromValue(valueOf(row, name, place), name, place)
  addContext(messages, row, name)
  const systemName = given.system ?? found.system
  if (systemName !== undefined && messages[0]?.role !== 'system') {
    const system = valueOf(row, systemName, place) ?? ''
    if (typeof system !== 'string')
      throw badRow(
        l10n.t`The system prompt in “${systemName}” is not a text.`,
        place,
        l10n.t('Set fields.system to a field that holds a text.'),
      )
    if (system.trim() !== '') messages.unshift({ role: 'system', content: system })
  }
  return messages
}

function valueOf(row: Record<string, unknown>, name: string, place: RowPlace): unknown {
  if (!Object.hasOwn(row, name))
    throw badRow(
      l10n.t`This row has no field “${name}”; it has: ${namesOf(row)}.`,
      place,
      l10n.t('Correct the row, or name another field under “fields” in the curation file.'),
    )
  return row[name]
}

function addContext(messages: Message[], row: Record<string, unknown>, name: string): void {
  const context = row[INSTRUCTION_CONTEXT_FIELD]
  const only = messages[0]
  if (name.toLowerCase() !== INSTRUCTION_FIELD || messages.length !== 1 || only?.role !== 'user')
    return
  if (typeof context === 'string' && context.trim() !== '')
    only.content = `${only.content}\n\n${context}`
}

function fromValue(value: unknown, name: string, place: RowPlace): Message[] {
  if (typeof value === 'string') return fromText(value)
  if (Array.isArray(value)) return value.map((message) => toMessage(message, name, place))
  throw badRow(
    l10n.t`“${name}” is neither a text nor a list of messages.`,
    place,
    l10n.t('Correct the row, or name another field under “fields” in the curation file.'),
  )
}

/** A text is what the user says, except that tables (CSV) hold lists of messages as their JSON. */
function fromText(text: string): Message[] {
  if (/^\s*\[\s*\{/.test(text)) {
    const messages = messagesOfJson(text)
    if (messages) return messages
  }
  return [{ role: 'user', content: text }]
}

function messagesOfJson(text: string): Message[] | null {
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value)) return null
    const messages = value.map(readMessage)
    return messages.every((message) => message !== null) ? messages : null
  } catch {
    return null // a text that merely begins like one
  }
}

function toMessage(value: unknown, name: string, place: RowPlace): Message {
  const message = readMessage(value)
  if (!message)
    throw badRow(
      l10n.t`“${name}” holds a message that is not {role, content} with role system, user or assistant and a text as content.`,
      place,
      l10n.t('Correct or remove the row.'),
    )
  return message
}

function readMessage(value: unknown): Message | null {
  if (!isRecord(value)) return null
  const role = typeof value['role'] === 'string' ? value['role'] : value['from']
  const content = textOf(value['content'] ?? value['value'])
  const known =
    typeof role === 'string' && Object.hasOwn(ROLES, role.toLowerCase())
      ? ROLES[role.toLowerCase()]
      : undefined
  return known && content !== null ? { role: known, content } : null
}

/** A text, or the texts of a list of parts; null when a part is not a text. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  const parts = content.map((part) =>
    isRecord(part) && part['type'] === 'text' && typeof part['text'] === 'string'
      ? part['text']
      : null,
  )
  return parts.every((part) => part !== null) ? parts.join('') : null
}

function badRow(message: string, { where, line }: RowPlace, remedy: string): FailureError {
  return failureError('bad-input', message, { where, line, remedy })
}

const namesOf = (row: Record<string, unknown>): string => Object.keys(row).join(', ') || 'none'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
