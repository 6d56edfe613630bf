// Reads the verdict of a judge from the text of its answer.
import type { Verdict } from '../../shared/judging'
import { isRecord, jsonOf } from '../text/values'

/** The words of a verdict, as the schema of a structured answer names them. */
const VERDICT_WORDS = { A: 'first', B: 'second', tie: 'tie' } as const satisfies Record<
  string,
  Verdict
>

/** The schema of an answer, for servers that keep to one. */
export const VERDICT_SCHEMA = {
  type: 'object',
  properties: { verdict: { type: 'string', enum: Object.keys(VERDICT_WORDS) } },
  required: ['verdict'],
  additionalProperties: false,
} as const

const KEYS = ['verdict', 'winner', 'better', 'choice', 'answer', 'decision', 'preference']
const WORD = String.raw`(A|B|[Tt]ie|TIE|[Nn]either|[Ee]qual)`
const SUBJECT = String.raw`(?:(?:[Rr]esponse|[Aa]nswer|[Oo]ption|[Aa]ssistant|RESPONSE)\s+)?`

/** From the clearest sign to the weakest; the last match of a pattern counts. */
const PATTERNS = [
  // [[A]] and \boxed{A}
  String.raw`(?:\[\[|\\boxed\{)\s*${SUBJECT}${WORD}\s*(?:\]\]|\})`,
  // Verdict: A
  String.raw`(?:[Vv]erdict|[Ww]inner|[Dd]ecision|[Cc]hoice|[Pp]referred|[Bb]etter|[Aa]nswer)(?:\s+(?:response|answer|option|one))?\s*(?:is|:|=)+\s*["'*_(]*${SUBJECT}${WORD}\b`,
  // Response A is better
  // eslint-disable-next-line aepo/localised -- a pattern
  String.raw`\b${SUBJECT}(A|B)["'*_)]*\s+(?:is|was|wins|would be)\s*(?:(?:the|clearly|much|slightly|far|a)\s+)*(?:better|best|preferred|preferable|superior|winner|$)`,
].map((source) => new RegExp(source, 'g'))

/** An answer, or its last line, of nothing but the verdict. */
const ALONE = new RegExp(String.raw`^["'*_\[(\s]*${SUBJECT}${WORD}["'*_\])\s.:]*$`)

/** null for an answer that names no verdict. */
export function verdictIn(text: string): Verdict | null {
  const answer = text.trim()
  return inJson(answer) ?? alone(answer) ?? alone(lastLine(answer)) ?? bySign(answer)
}

function inJson(text: string): Verdict | null {
  for (const [object] of [...text.matchAll(/\{[^{}]*\}/g)].reverse()) {
    const value = jsonOf(object)
    if (!isRecord(value)) continue
    const key = Object.keys(value).find((name) => KEYS.includes(name.toLowerCase()))
    const said = key === undefined ? undefined : value[key]
    const verdict = typeof said === 'string' ? alone(said) : null
    if (verdict !== null) return verdict
  }
  return null
}

function alone(text: string): Verdict | null {
  const capital = /^[ab]$/.test(text) ? text.toUpperCase() : text
  const [, word] = ALONE.exec(capital) ?? []
  return word === undefined ? null : verdictOf(word)
}

const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n') + 1).trim()

function bySign(text: string): Verdict | null {
  for (const pattern of PATTERNS) {
    const [, word] = [...text.matchAll(pattern)].at(-1) ?? []
    if (word !== undefined) return verdictOf(word)
  }
  return null
}

const verdictOf = (word: string): Verdict =>
  word === 'A' || word === 'B' ? VERDICT_WORDS[word] : 'tie'
