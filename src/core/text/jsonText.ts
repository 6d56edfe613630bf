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

/** Strings are matched first, so that their content stays. */
const withoutNonFinite = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : 'null',
  )

/** Levels of brackets outside of strings; counting ends at {@link DEEPEST_JSON}. */
function depthOf(text: string): number {
  // A shorter text cannot be that deep.
  if (text.length < DEEPEST_JSON) return 0
  let depth = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > DEEPEST_JSON) return depth
  }
  return 0
}
