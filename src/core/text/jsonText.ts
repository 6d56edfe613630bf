// JSON as programs write it: beside the standard NaN and Infinity, which Python's `json` writes.
import * as l10n from '@vscode/l10n'
import { jsonProblem, type JsonProblem } from './jsonProblem'

/** Deeper values are no rows of a data set, and would end functions that call themselves. */
export const DEEPEST_JSON = 200

export type ParsedJson = { value: unknown } | { problem: JsonProblem }

/** The value of a JSON text; NaN and Infinity become null. */
export function parseJson(text: string): ParsedJson {
  const parsed = parsedOrUndefined(text)
  if (depthOf(text) > DEEPEST_JSON)
    return {
      problem: {
        line: 1,
        column: 1,
        message: l10n.t`The value is nested more than ${DEEPEST_JSON} levels deep.`,
      },
    }
  return parsed ?? { problem: jsonProblem(text) }
}

/** The value of a JSON text, as {@link parseJson} reads it; undefined for any other text. */
export const pythonJsonOf = (text: string): unknown => parsedOrUndefined(text)?.value

const parsedOrUndefined = (text: string): { value: unknown } | undefined =>
  strictOrUndefined(text) ?? strictOrUndefined(withoutNonFinite(text))

function strictOrUndefined(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Replaces them outside of strings, whose content stays. */
function withoutNonFinite(text: string): string {
  let replaced = ''
  let from = 0
  while (from < text.length) {
    const quote = text.indexOf('"', from)
    const start = quote < 0 ? text.length : quote
    const end = quote < 0 ? text.length : stringEnd(text, quote)
    replaced += text.slice(from, start).replace(/-?\b(?:NaN|Infinity)\b/g, 'null')
    replaced += text.slice(start, end)
    from = end
  }
  return replaced
}

/** Levels of brackets outside of strings; counting ends at {@link DEEPEST_JSON}. */
function depthOf(text: string): number {
  // A shorter text cannot be that deep.
  if (text.length < DEEPEST_JSON) return 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') at = stringEnd(text, at) - 1
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    if (depth > DEEPEST_JSON) return depth
  }
  return 0
}

/**
 * Where the string that begins at `start` ends, behind its closing quote. No pattern does this: its
 * search keeps a place for each character, which megabytes of them exhaust.
 */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const quote = text.indexOf('"', at)
    if (quote < 0) break
    let first = quote
    while (text[first - 1] === '\\') first--
    if ((quote - first) % 2 === 0) return quote + 1
    at = quote
  }
  return text.length
}
