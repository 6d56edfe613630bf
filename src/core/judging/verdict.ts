// Reads the verdict of a judge from the text of its answer.
import type { Verdict } from '../../shared/judging'
import { isRecord, jsonOf } from '../text/values'
import { splitReasoning } from '../reasoning/split'

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

const SUBJECT = String.raw`(?:(?:[Rr]esponse|[Aa]nswer|[Oo]ption|[Aa]ssistant|RESPONSE)[\s_-]+)?`
/** “A tie” is one, “A and B” or “A or B” names neither of them. */
const WORD = String.raw`((?:[Aa]\s)?(?:[Tt]ie|TIE)|(?:A|B)(?!,?\s(?:tie|(?:or|vs\.?)\s${SUBJECT}[AB]|and\s${SUBJECT}[AB]\s(?:both|are))\b)|[Nn]either|[Ee]qual)(?![\w|/])`
/** What stands around a word for emphasis, and as quotes and brackets. */
const OPEN = String.raw`["'*_${'`'}\[({\s]*`
const CLOSE = String.raw`["'*_${'`'}\])}\s.,:]*`
const KEY = String.raw`(?:[Vv]erdict|[Ww]inner|[Dd]ecision|[Cc]hoice|[Pp]reference|[Pp]referred|[Bb]etter|[Aa]nswer)`
/** Behind the name of a verdict. */
const NAMED = String.raw`(?:\s+(?:response|answer|option|one))?["'*_]*\s*(?:is|:|=)+(?:\s*(?:clearly|definitely|probably)\s)?${OPEN}${SUBJECT}${WORD}`
/** “Both are equally good, but A is shorter” is no tie. */
const NO_BUT = String.raw`(?![^.\n]{0,200}\b(?:but|except|though|however)\b)`

const KEYS = new RegExp(`^${KEY}$`)

/* eslint-disable aepo/localised -- patterns */
/**
 * Signs from the clearest to the weakest; the last match of a pattern counts. No pattern has two
 * repetitions of the same characters side by side, or one without a limit in its middle: the search
 * of a long answer would take the square of its length.
 */
const STATED = patterns(
  // [[A]] and \boxed{A}
  String.raw`(?:\[\[|\\boxed\{)\s*(?:\\text\{)?${SUBJECT}${WORD}\s*(?:\]\]|\})`,
  // Verdict: A, also in what was to be JSON; the correct answer may be that to the prompt
  String.raw`(?<!\b(?:correct|right|multiple|[Nn]ot the)\s)${KEY}${NAMED}`,
)
const ARGUED = patterns(
  // Neither is better
  String.raw`\b([Nn]either)(?:\s+(?:response|answer|one|of them|of the two|${SUBJECT}A\s+nor\s+${SUBJECT}B))?\s+(?:is|was)\s+(?:clearly\s+)?better\b${NO_BUT}(?!\s+(?:on|in|at|for)\b)`,
  // Response A is better
  String.raw`\b${SUBJECT}(A|B)["'*_)]*\s+(?:wins\s*(?:[.!]|because\b|overall\b|$)|(?:is|was|would be)\s+(?:(?:the|clearly|much|slightly|far|a)\s+)*(?:better|best|preferred|preferable|superior|winner))`,
  // I prefer A
  String.raw`\bI\s+(?:would\s+)?(?:prefer|choose|pick|select|go with)\s${OPEN}${SUBJECT}${WORD}`,
  // It is a tie; both are equally good
  String.raw`\b(?:[Ii]t\s+is\s+(?:a\s+)?|(?:[Bb]oth\b|A\s+and\s+${SUBJECT}B\b)[^.\n]{0,60}\bare\s+)(tie|equal)(?:ly\s+(?:good|bad|strong|helpful))?\b${NO_BUT}`,
)
const WEAK = patterns(String.raw`\b(?:correct|right)\s${KEY}${NAMED}`)

/* eslint-enable aepo/localised */

/** Nothing but the verdict, whatever stands before a colon: it may be in any language. */
const ALONE = new RegExp(String.raw`^(?:([^:：\n]{1,30})[:：])?${OPEN}${SUBJECT}${WORD}${CLOSE}$`)
/** Before a colon: what follows is not the verdict. */
const OF_SOMETHING_ELSE =
  /\b(?:not|wors[et]|loser|rejected|confidence|grade|score|rating|quality)\b/i
/** A comparison of both. */
const ORDER = /^\W*(A|B)\s*(>+|<+|=+|≈)\s*(A|B)\W*$/
/** A verdict with its reason behind it. */
const BEFORE_REASON = new RegExp(String.raw`^${OPEN}${SUBJECT}${WORD}["'*_)\]]*\s*(?:[-–—:.])\s`)
/** A remark on one of the responses. */
const REMARK = /\b[AB]["'*_)\]]*\s?[-–—:.]\s/g

/** null for an answer that names no verdict. */
export function verdictIn(text: string): Verdict | null {
  const answer = splitReasoning(text)
    .text.replace(/<\/?\w+>|^```\w*$/gm, ' ')
    .trim()
  const lines = answer.split('\n').map((line) => line.trim())
  const [first = ''] = lines
  return (
    inJson(answer) ??
    alone(answer) ??
    alone(lines.at(-1) ?? '') ??
    bySign(answer, STATED) ??
    alone(first) ??
    bySign(answer, ARGUED) ??
    beforeReason(first, answer) ??
    bySign(answer, WEAK)
  )
}

function alone(text: string): Verdict | null {
  const [, left, sign, right] = ORDER.exec(text) ?? []
  if (left !== undefined && left !== right)
    return /[=≈]/.test(sign!) ? 'tie' : verdictOf(sign!.startsWith('>') ? left : right!)
  const [, name = '', word] = ALONE.exec(text.replace(/(?<=^|[\s_-])[ab]$/, capital)) ?? []
  return word === undefined || OF_SOMETHING_ELSE.test(name) ? null : verdictOf(word)
}

const capital = (letter: string): string => letter.toUpperCase()

function inJson(text: string): Verdict | null {
  for (const [object] of [...text.matchAll(/\{[^{}]*\}/g)].reverse()) {
    const value = jsonOf(object)
    if (!isRecord(value)) continue
    const key = Object.keys(value).find((name) => KEYS.test(name.toLowerCase()))
    const said = key === undefined ? undefined : value[key]
    const verdict = typeof said === 'string' ? alone(said) : null
    if (verdict !== null) return verdict
  }
  return null
}

function bySign(text: string, patterns: readonly RegExp[]): Verdict | null {
  for (const pattern of patterns) {
    const [, word] = [...text.matchAll(pattern)].at(-1) ?? []
    if (word !== undefined) return verdictOf(word)
  }
  return null
}

/** Not the first remark of several, one on each response. */
function beforeReason(first: string, answer: string): Verdict | null {
  const [, word] = BEFORE_REASON.exec(first) ?? []
  const remarks = answer.match(REMARK)?.length ?? 0
  return word === undefined || remarks > 1 ? null : verdictOf(word)
}

function patterns(...sources: string[]): RegExp[] {
  return sources.map((source) => new RegExp(source, 'g'))
}

const verdictOf = (word: string): Verdict =>
  word === 'A' || word === 'B' ? VERDICT_WORDS[word] : 'tie'
