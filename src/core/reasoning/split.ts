// Separates a model's reasoning from its answer.
import type { ReasoningPlace } from '../../shared/domain'
import { CHANNELS, type Markers, MARKERS } from './markers'

export interface Answer {
  /** The answer alone; empty while the model was still reasoning. */
  text: string
  /** null for a response without reasoning. */
  reasoning: string | null
}

export interface SplitOptions {
  /** Those of the model's template; all known ones by default. */
  markers?: readonly Markers[]
  /** The prompt ends with an opening marker: the response begins with reasoning. */
  isOpened?: boolean
}

/**
 * A response that begins with an opening marker, or whose prompt ended with one, is reasoning up to
 * the closing marker; without a closing marker all of it is. A closing marker without an opening
 * one ends reasoning that the prompt opened. A marker in the middle of an answer is part of it.
 */
export function splitReasoning(
  response: string,
  { markers = MARKERS, isOpened = false }: SplitOptions = {},
): Answer {
  const channels = splitChannels(response)
  if (channels) return channels
  const start = response.trimStart()
  const opened = markers.find(({ open }) => start.startsWith(open))
  if (opened) return upTo(opened.close, start.slice(opened.open.length))
  const closed = markers
    .map(({ open, close }) => ({ open, close, at: response.indexOf(close) }))
    .filter(({ open, at }) => at >= 0 && !response.slice(0, at).includes(open))
    .sort((one, other) => one.at - other.at)[0]
  if (closed) return upTo(closed.close, response)
  return isOpened ? { text: '', reasoning: response.trim() } : { text: response, reasoning: null }
}

/** Whether a text is reasoning without an answer. */
export function isUnfinished(text: string): boolean {
  const { text: answer, reasoning } = splitReasoning(text)
  return reasoning !== null && answer.trim() === ''
}

/** The fields of a candidate: in its text, reasoning stands as most templates write it. */
export function placed(
  { text, reasoning }: Answer,
  place: ReasoningPlace = 'apart',
): { text: string; reasoning?: string } {
  if (reasoning === null) return { text }
  return place === 'apart'
    ? { text, reasoning }
    : { text: `<think>\n${reasoning}\n</think>\n\n${text}` }
}

function upTo(close: string, text: string): Answer {
  const at = text.indexOf(close)
  if (at < 0) return { text: '', reasoning: text.trim() }
  const reasoning = text.slice(0, at).trim()
  return {
    text: text.slice(at + close.length).trimStart(),
    reasoning: reasoning === '' ? null : reasoning,
  }
}

/** Messages of gpt-oss: `<|channel|>NAME<|message|>TEXT<|end|>`, of which `final` is the answer. */
function splitChannels(response: string): Answer | null {
  if (!response.trimStart().startsWith(CHANNELS.start)) return null
  const text: string[] = []
  const reasoning: string[] = []
  for (const part of response.split(CHANNELS.start).slice(1)) {
    const [header = '', ...rest] = part.split(CHANNELS.message)
    const content = rest.join(CHANNELS.message).split(CHANNELS.ends)[0] ?? ''
    ;(/^\s*final\b/.test(header) ? text : reasoning).push(content.trim())
  }
  const thought = reasoning.join('\n\n')
  return { text: text.join('\n\n'), reasoning: thought === '' ? null : thought }
}
