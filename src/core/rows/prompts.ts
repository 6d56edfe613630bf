// From a row of a data set to a prompt.
import * as l10n from '@vscode/l10n'
import type { Message, Prompt } from '../../shared/domain'
import { promptId } from '../formats/ids'
import { joinConversation } from './chosenConversation'
import { joinFields } from './joinedFields'
import { literalOf } from '../text/literal'
import { isMessageLike, readMessages } from './messages'
import { isMessageTree, rowsOfTree } from './messageTree'
import {
  fieldOf,
  isContextField,
  isDescribingField,
  isResponseField,
  named,
  promptFieldsOf,
  systemFieldOf,
  topField,
} from './rowFields'
import { type FaultKind, RowFault } from './rowFault'
import { answerMark } from './transcripts'
import { isNothing, isRecord, isTexts, listedNames } from '../text/values'

/** Which fields of a row hold the prompt and a system message: names, or dotted paths. */
export interface PromptFields {
  prompt?: string | undefined
  system?: string | undefined
}

/** How a prompt was read from a row. */
export interface PromptSource {
  /** The field of the prompt; null where the row is a text or a list of messages. */
  prompt: string | null
  system: string | null
  /** Fields that are part of the prompt beside them. */
  joined: readonly string[]
  /** Format of the transcript that the text of the field was. */
  transcript: string | null
  /** Whether the conversation went on with an answer, which was left out. */
  isCut: boolean
  /** The mark of an answer that stays in the prompt, see {@link answerMark}. */
  answerMark: string | null
  /** Names of the row's fields that are not read. */
  notRead: readonly string[]
}

/**
 * A fault is one of {@link FaultKind}, or `unnamed`: the row has no field that is known to hold a
 * prompt.
 */
export type PromptOfRow =
  { prompt: Prompt; source: PromptSource } | { fault: FaultKind | 'unnamed'; why: string }

interface Found {
  messages: Message[]
  prompt: string | null
  system: string | null
  joined: readonly string[]
  transcript: string | null
}

/**
 * The prompt of one row: a text; a list of messages; or an object with a field of either kind.
 *
 * Of the fields with a known name the first one counts that is not empty. Rows with `chosen` and
 * `rejected` alone have their prompt in them, before the last answer. Assistant turns at the end
 * are left out: they are what is to be sampled. A system message goes first unless the messages
 * have one. Halves of surrogate pairs, which no reader of the data set takes, are replaced as in
 * UTF-8.
 */
export function rowToPrompt(row: unknown, fields: PromptFields): PromptOfRow {
  try {
    const found = isRecord(row) && !isMessage(row) ? fromFields(row, fields) : fromValue(row)
    if (!found) return { fault: 'unnamed', why: unnamed(row) }
    const { messages, ...source } = found
    const turns = messages.length
    while (messages.at(-1)?.role === 'assistant') messages.pop()
    const last = messages.at(-1)
    if (last?.role !== 'user')
      throw new RowFault('empty', l10n.t('the conversation has no message of a user to answer'))
    if (last.content.trim() === '') throw new RowFault('empty', l10n.t('the prompt is empty'))
    const clean = messages.map(({ role, content }) => ({ role, content: content.toWellFormed() }))
    return {
      prompt: { id: promptId(clean), messages: clean },
      source: {
        ...source,
        isCut: messages.length < turns,
        answerMark: answerMark(last.content) ?? null,
        notRead: unread(row, found),
      },
    }
  } catch (thrown) {
    if (!(thrown instanceof RowFault)) throw thrown
    return { fault: thrown.kind, why: thrown.message }
  }
}

function unnamed(row: unknown): string {
  const names = isRecord(row) ? Object.keys(row) : []
  return names.length === 0
    ? l10n.t('the row has no fields')
    : l10n.t`no field has a name that is known for prompts; the fields are ${listedNames(names)}`
}

/**
 * The rows that one row stands for: Self-Instruct keeps the inputs of an instruction in a list
 * `instances`, and means one prompt for each; a tree of messages has several.
 */
export function expandRow(row: unknown): unknown[] {
  if (!isRecord(row)) return [row]
  const { prompt: root } = row
  if (isMessageTree(root)) return rowsOfTree(root)
  const field = named(Object.keys(row), 'instances')
  const instances = field === undefined ? undefined : row[field]
  if (field === undefined || !Array.isArray(instances) || !instances.every(isRecord)) return [row]
  const { [field]: _, ...rest } = row
  return instances.length === 0 ? [rest] : instances.map((instance) => ({ ...rest, ...instance }))
}

const isMessage = (row: Record<string, unknown>): boolean =>
  ('role' in row && ('content' in row || 'text' in row || 'parts' in row)) ||
  ('from' in row && 'value' in row)

function fromValue(row: unknown): Found {
  const { messages, transcript } = readMessages(row, l10n.t('the row'))
  return { messages, prompt: null, system: null, joined: [], transcript: transcript ?? null }
}

/** Undefined where no field is known to hold a prompt. */
function fromFields(row: Record<string, unknown>, fields: PromptFields): Found | undefined {
  const path = fields.prompt ?? promptField(row)
  const isNamed = path !== undefined && (fields.prompt !== undefined || !isContextField(path))
  const implicit = isNamed ? undefined : implicitPrompt(row)
  if (path === undefined || implicit) return implicit
  const { messages, transcript } = readMessages(valueOf(row, path), path)
  const joined =
    transcript === undefined
      ? [...joinConversation(messages, row), ...joinFields(messages, row, path)]
      : []
  const system = addSystem(messages, row, fields)
  return { messages, prompt: path, system, joined, transcript: transcript ?? null }
}

/** Fields of a text within an object in the place of a prompt. */
const TEXTS_WITHIN = ['full_text', 'text', 'content']

/**
 * The first of the known fields that holds something; else the first. A path to the text where it
 * is an object that has one, such as `question.full_text` of WebGPT.
 */
function promptField(row: Record<string, unknown>): string | undefined {
  const known = promptFieldsOf(Object.keys(row))
  const name = known.find((one) => !isNothing(row[one])) ?? known[0]
  const value = name === undefined ? undefined : row[name]
  if (name === undefined || !isRecord(value) || isMessageLike(value)) return name
  if (Array.isArray(value['messages'])) return name
  const text = TEXTS_WITHIN.find((one) => typeof value[one] === 'string')
  return text === undefined ? name : `${name}.${text}`
}

function valueOf(row: Record<string, unknown>, path: string): unknown {
  const field = fieldOf(row, path)
  if (!field) throw new RowFault('empty', l10n.t`there is no field “${path}”`)
  return field.value
}

/** @returns the field of the system message that goes first, null where there is none. */
function addSystem(
  messages: Message[],
  row: Record<string, unknown>,
  { system: given }: PromptFields,
): string | null {
  const path = given ?? systemFieldOf(Object.keys(row))
  if (path === undefined || messages[0]?.role === 'system') return null
  const field = fieldOf(row, path)
  if (!field)
    throw new RowFault('noSystem', l10n.t`there is no field “${path}” for the system message`)
  const { value } = field
  if (isNothing(value)) return null
  if (typeof value !== 'string')
    throw new RowFault('broken', l10n.t`the system message in “${path}” is not a string`)
  messages.unshift({ role: 'system', content: value })
  return path
}

const CONVERSATIONS = ['chosen', 'rejected', 'conversation_a', 'conversation_b']

/** Preference rows without a prompt: `chosen`, or `conversation_a`, is a whole conversation. */
function implicitPrompt(row: Record<string, unknown>): Found | undefined {
  const names = Object.keys(row)
  const field = CONVERSATIONS.flatMap((wanted) => named(names, wanted) ?? [])[0]
  if (field === undefined || isNothing(row[field])) return undefined
  const { messages, transcript } = readMessages(row[field], field)
  if (messages.length < 2 || messages.at(-1)?.role !== 'assistant') return undefined
  const system = addSystem(messages, row, {})
  return { messages, prompt: field, system, joined: [], transcript: transcript ?? null }
}

function unread(row: unknown, { prompt, system, joined }: Found): string[] {
  if (!isRecord(row) || prompt === null) return []
  const read = [prompt, ...(system === null ? [] : [system]), ...joined]
    .map((path) => topField(row, path))
    .filter((name) => name !== undefined)
  return Object.keys(row).filter((name) => !read.includes(name) && !isNothing(row[name]))
}

/**
 * Fields of a row that can be named as its prompt, best first; dotted paths reach into objects and
 * lists. Fields of responses are never among them.
 */
export function possiblePrompts(row: unknown): string[] {
  const likely = fieldsWithTexts(row, (name) => !isDescribingField(name))
  return likely.length > 0 ? likely : fieldsWithTexts(row, () => true)
}

function fieldsWithTexts(row: unknown, isOffered: (name: string) => boolean): string[] {
  if (!isRecord(row)) return []
  return Object.entries(row).flatMap(([name, value]) => {
    if (isResponseField(name) || !isOffered(name)) return []
    const list = literalOf(value)
    if (typeof value === 'string' && !(isRecord(list) || Array.isArray(list))) return [name]
    if (Array.isArray(list)) {
      if (isTexts(list) && list.length > 1) return [`${name}.0`]
      return list.some(isRecord) ? [name] : []
    }
    const inner = fieldsWithTexts(list, isOffered).map((field) => `${name}.${field}`)
    return typeof value === 'string' ? [name, ...inner] : inner
  })
}
