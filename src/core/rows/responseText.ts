// The text of a response in the shapes in which data sets keep it.
import * as l10n from '@vscode/l10n'
import { contentOf, isMessageLike, readMessages } from './messages'
import { named } from './rowFields'
import { RowFault } from './rowFault'
import { readTranscript } from './transcripts'
import { describeValue, isNothing, isRecord } from '../text/values'

/** Fields of a response that hold its text, best first. */
export const TEXT_FIELDS = [
  'text',
  'response',
  'output',
  'completion',
  'generated_text',
  'generation',
  'answer',
  'content',
  'value',
  'message',
  'parts',
]

/**
 * A text; an object with a field that holds one; parts of a text; messages, of which the last
 * answer counts. null for a response that is null.
 * @throws RowFault for another value.
 */
export function textOfResponse(value: unknown, name: string): string | null {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return textOfList(value, name)
  if (!isRecord(value)) throw new RowFault('broken', l10n.t`${name} is ${describeValue(value)}`)
  const field = TEXT_FIELDS.map((wanted) => named(Object.keys(value), wanted)).find(
    (found) => found !== undefined,
  )
  if (field === undefined)
    throw new RowFault(
      'broken',
      l10n.t`${name} is ${describeValue(value)}; none of them holds a string`,
    )
  const inner = value[field]
  if (inner === null || inner === undefined) return null
  return typeof inner === 'string' ? inner : textOfResponse(inner, `${name}.${field}`)
}

function textOfList(value: readonly unknown[], name: string): string {
  const [only] = value
  if (value.length === 1 && typeof only === 'string') return only
  if (isNothing(value)) throw new RowFault('broken', l10n.t`${name} is an empty list`)
  const parts = value.every(isPart) ? contentOf(value) : undefined
  if (parts && 'text' in parts) return parts.text
  const { messages } = readMessages(value, name)
  const last = messages.at(-1)
  if (last?.role === 'assistant') return last.content
  throw new RowFault('broken', l10n.t`${name} does not end with a message of the assistant`)
}

const isPart = (value: unknown): boolean => isRecord(value) && !isMessageLike(value)

/** The last answer of a transcript, such as `chosen` of hh-rlhf; any other value as it is. */
export function lastAnswer(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const last = readTranscript(value)?.messages.at(-1)
  return last?.role === 'assistant' ? last.content : value
}
