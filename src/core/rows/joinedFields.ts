// Fields beside a prompt that are part of it, joined as the data sets mean them.
import * as l10n from '@vscode/l10n'
import type { Message } from '../../shared/domain'
import { readMessages } from './messages'
import { named, normalName } from './rowFields'
import { RowFault } from './rowFault'
import { describeValue, isNothing, isTexts } from '../text/values'

/** Prompts that are a text and may need other fields. */
const TEXT_PROMPTS = [
  'prompt',
  'instruction',
  'question',
  'query',
  'problem',
  'user_prompt',
  'user_input',
]

/** What stands in `input` of Self-Instruct where there is none. */
const NO_INPUT = '<noinput>'

/**
 * Adds `input` (Alpaca), `context` (Dolly, SQuAD) and `history` (LLaMA-Factory) of a row to its
 * prompt: earlier turns before it; the input after the prompt; the context after an instruction
 * and before a question. A text goes where the prompt has `{input}` or `{context}`; one that the
 * prompt contains already is not repeated.
 * @param name of the prompt's field.
 * @param messages changed in place.
 * @returns names of the fields that are part of the prompt.
 * @throws RowFault for a history of another shape.
 */
export function joinFields(
  messages: Message[],
  row: Record<string, unknown>,
  name: string,
): string[] {
  const [only] = messages
  const kind = normalName(name)
  if (messages.length !== 1 || only?.role !== 'user' || !TEXT_PROMPTS.includes(kind)) return []
  const joined: string[] = []
  const join = (wanted: string, add: (value: unknown) => boolean): void => {
    const field = named(Object.keys(row), wanted)
    if (field !== undefined && field !== name && !isNothing(row[field]) && add(row[field]))
      joined.push(field)
  }
  const addText = (text: string | null, place: 'before' | 'after'): boolean => {
    if (text === null) return false
    if (!contains(only.content, text.trim()))
      only.content =
        place === 'before' ? `${text}\n\n${only.content}` : `${only.content}\n\n${text}`
    return true
  }
  const add = (field: string, text: string | null, place: 'before' | 'after'): boolean =>
    (text !== null && fillPlaceholder(only, field, text)) || addText(text, place)
  join('input', (value) => value === NO_INPUT || add('input', textOf(value), 'after'))
  join('context', (value) =>
    add('context', textOf(value), kind === 'instruction' ? 'after' : 'before'),
  )
  join('history', (value) => {
    if (typeof value === 'string' && readMessages(value, 'history').messages.length === 1)
      return addText(value, 'before')
    messages.unshift(...historyOf(value))
    return true
  })
  return joined
}

/** Words from which on a text within another one is no coincidence. */
const LEAST_WORDS = 4

/** Whether a prompt has a text as lines of its own, at its end, or, if it is long, anywhere. */
function contains(prompt: string, text: string): boolean {
  const lines = `\n${prompt.trim()}\n`
  return (
    lines.includes(`\n${text}\n`) ||
    lines.endsWith(` ${text}\n`) ||
    (text.split(/\s+/).length >= LEAST_WORDS && prompt.includes(text))
  )
}

/** Puts a text where the prompt has `{input}` or `{{input}}`. @returns whether it has. */
function fillPlaceholder(message: Message, field: string, text: string): boolean {
  const [before, ...rest] = message.content.split(new RegExp(`\\{\\{? ?${field} ?\\}\\}?`, 'i'))
  if (before === undefined || rest.length === 0) return false
  message.content = [before, ...rest].join(text)
  return true
}

/** A text, or a list of texts as paragraphs; null for anything else. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  return isTexts(value) ? value.join('\n\n') : null
}

/** Pairs of question and answer, messages, or texts of user and assistant in turn. */
function historyOf(value: unknown): Message[] {
  const turns: unknown[] = Array.isArray(value) ? value : readMessages(value, 'history').messages
  if (isTexts(turns)) return alternating(turns, 'history')
  if (turns.every((turn) => Array.isArray(turn)))
    return turns.flatMap((turn, place) => alternating(turn, `history[${place}]`))
  return readMessages(turns, 'history').messages
}

function alternating(texts: readonly unknown[], name: string): Message[] {
  if (texts.length % 2 !== 0)
    throw new RowFault('broken', l10n.t`${name} is ${describeValue(texts)}: an answer is missing`)
  return texts.map((text, place): Message => {
    if (typeof text !== 'string')
      throw new RowFault('broken', l10n.t`${name}[${place}] is ${describeValue(text)}`)
    return { role: place % 2 === 0 ? 'user' : 'assistant', content: text }
  })
}
