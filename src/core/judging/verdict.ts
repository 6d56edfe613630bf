// Reads the verdict of a judge from the text of its answer.
import type { Verdict } from '../../shared/judging'
import { isRecord, jsonOf } from '../text/values'
import { splitReasoning } from '../reasoning/split'
import { verdictsOfSentences } from './verdictLanguages'
import { verdictOfEnglish } from './verdictSentences'
import {
  CLOSE,
  isTie,
  lettered,
  OPEN,
  SUBJECT,
  VERDICT_WORDS,
  verdictOf,
  WORD,
} from './verdictWords'

/** The schema of an answer, for servers that keep to one. */
export const VERDICT_SCHEMA = {
  type: 'object',
  properties: { verdict: { type: 'string', enum: Object.keys(VERDICT_WORDS) } },
  required: ['verdict'],
  additionalProperties: false,
} as const

/* eslint-disable aepo/localised -- patterns */
const KEY = String.raw`(?:[Vv]erdict|[Ww]inner|[Dd]ecision|[Cc]hoice|[Pp]reference|[Pp]referred|[Bb]etter|[Bb]est|[Aa]nswer|VERDICT|WINNER)`
/** Behind the name of a verdict. */
const NAMED = String.raw`(?:\s+(?:response|answer|option|one))?["'*_]*\s*(?:is|would be|:|=)+(?:\s*(?:clearly|definitely|probably)\s)?${OPEN}${SUBJECT}${WORD}`

const KEYS =
  /^(?:verdict|winner|decision|choice|preference|preferred|better|best|answer|(?:final|overall)[ _-]?(?:verdict|winner|decision|choice|preference|answer)|(?:better|best|preferred|winning)[ _-]?(?:response|answer|option|one|model|assistant))$/
/** Not “Clarity winner: A”, which is one of several. */
const OF_ALL = String.raw`(?<!^[-*|#\s]{0,8}(?!(?:[Tt]he|[Mm]y|[Yy]our|[Oo]ur|[Ff]inal|[Oo]verall|[Tt]otal)\s)\p{L}{3,20}\s)`
/** \boxed{\text{A}} */
const BOXED = String.raw`\\boxed\{\s*(?:\\(?:text|textbf|textit|mathrm|mathbf)\{)?`

/**
 * Signs from the clearest to the weakest; the last match of a pattern counts. No pattern has two
 * repetitions of the same characters side by side, or one without a limit in its middle: the search
 * of a long answer would take the square of its length.
 */
const STATED = patterns(
  // [[A]], [[C]] for a tie and \boxed{A}
  String.raw`(?:\[\[|${BOXED})\s*${SUBJECT}(?:${WORD}|(C)(?=\s*\]\]))\s*(?:\]\]|\})`,
  // Verdict: A, also in what was to be JSON; the correct answer may be that to the prompt
  String.raw`(?<!\b(?:correct|right|multiple|[Nn]ot the)\s)${OF_ALL}${KEY}${NAMED}`,
)
const WEAK = patterns(String.raw`\b(?:correct|right)\s${KEY}${NAMED}`)
/** In a tag of a verdict. */
const TAGGED =
  /<(verdict|answer|choice|winner|decision|preference|result|better)>([^<]{1,200})<\/\1>/gi

/** A comparison of both, in brackets or behind the name of a verdict. */
const ORDERED =
  /(?:\[\[|\\boxed\{|\b(?:verdict|ranking|rank|order|preference)["'*_]*\s*(?:is\s*)?[:=]\s*\**)\s*(A|B)\s*(>+|<+|=+|≈)\s*(A|B)(?![\w=<>])/gi

/** Nothing but the verdict, whatever stands before a colon: it may be in any language. */
const ALONE = new RegExp(
  String.raw`^(?:[-*•>→]\s)?(?:([^:：\n]{1,30}?)(?:\s?[:：]|\s[-–—→]\s|\s?=>))?${OPEN}${SUBJECT}${WORD}${CLOSE}$`,
)
const ALONE_TIE = new RegExp(
  String.raw`^(?:[-*•>→]\s)?(?:([^:：\n]{1,30}?)(?:\s?[:：]|\s[-–—→]\s|\s?=>))?${OPEN}(.{1,40}?)${CLOSE}$`,
  'u',
)
/** “Verdict A”. */
const ALONE_NAMED = new RegExp(String.raw`^${OPEN}${KEY}["'*_]*\s${OPEN}${WORD}${CLOSE}$`)
/** A noun of another language before the label, or a copula behind it. */
const ALONE_FOREIGN =
  /^["'*_“„«「『【\s]*(?:(?:antwort|réponse|respuesta|resposta|risposta|antwoord|ответ|回答|答案|回复|选项|選項|応答|답변|응답|الإجابة)\s?["'*_“„«「『【]?|(?=[AB]\W{0,2}(?:です|だ|입니다)))([AB])["'*_”“»」』】]*(?:です|だ|입니다)?[\s.。"'*_]*$/iu
/** Before a colon: what follows is not the verdict. */
const OF_SOMETHING_ELSE =
  /\b(?:not|wors[et]|weaker|loser|rejected|confidence|grade|score|rating|quality|type|nicht|schlechter|schlechtere|verlierer|schwächer|pas|pire|moins bonne|no|peor|perdedor|não|pior|non|peggiore?|slechter|niet)\b|不|更差|较差|較差|更糟|败|悪い|劣|хуже|худш|더 나쁜|أسوأ/i
/** The name of a line with the judgement of all parts, before its colon. */
const OF_WHOLE =
  /final|overall|total|conclusion|result|verdict|decision|gesamt|fazit|ergebnis|urteil|conclusi[oó]n|veredicto|总体|總體|总结|结论|結論|最终|最終|判定|総合/i
/** A comparison of both. */
const ORDER = /^\W*(A|B)\s*(>+|<+|=+|≈)\s*(A|B)\W*$/
/** A verdict with its reason behind it. */
const BEFORE_REASON = new RegExp(
  String.raw`^${OPEN}${SUBJECT}${WORD}["'*_)\]]*(?:\s*(?:[-–—:.])\s|,?\s(?:because|since|as)\b)`,
)
/** A remark on one of the responses. */
const REMARK = /\b[AB]["'*_)\]]*\s?[-–—:.]\s/g
/** A part of the judgement on a line of its own: “Clarity: B”. */
const LABELLED_LINE = /^[-*•|\s]*[^:：\n]{1,30}[:：]\s*\**(?:[Rr]esponse\s)?(A|B)\W*$/
/* eslint-enable aepo/localised */

/**
 * null for an answer that names no verdict.
 * @param isCutOff whether the end is missing: what its sentences and its last line say so far may
 *   not be all.
 */
export function verdictIn(text: string, isCutOff = false): Verdict | null {
  const said = lettered(splitReasoning(text).text.normalize('NFKC'))
  const answer = said.replace(/<\/?\w+>|^```\w*$/gm, ' ').trim()
  const lines = answer
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const [first = ''] = lines
  return (
    inJson(answer) ??
    inTag(said) ??
    alone(answer) ??
    ordered(answer) ??
    (isCutOff ? null : onLine(lines.at(-1) ?? '', lines.slice(0, -1))) ??
    bySign(answer, STATED) ??
    onLine(first, lines.slice(1)) ??
    (isCutOff ? null : inSentences(answer)) ??
    beforeReason(first, answer) ??
    bySign(answer, WEAK)
  )
}

function alone(text: string): Verdict | null {
  const [, left, sign, right] = ORDER.exec(text) ?? []
  if (left !== undefined) return orderOf(left, sign!, right!)
  const capitals = text.replace(/(?<=^["'*_([]*|[\s_(-])[ab](?=[)\]"'*_.]*$)/, capital)
  const foreign = ALONE_FOREIGN.exec(text)?.[1] ?? ALONE_NAMED.exec(text)?.[1]
  const [, name = '', word = foreign] = ALONE.exec(capitals) ?? []
  if (word !== undefined) return OF_SOMETHING_ELSE.test(name) ? null : verdictOf(word)
  const [, nameOfTie = '', words = ''] = ALONE_TIE.exec(text) ?? []
  return isTie(words) && !OF_SOMETHING_ELSE.test(nameOfTie) ? 'tie' : null
}

const capital = (letter: string): string => letter.toUpperCase()

/** A line, unless it is one part of a judgement or one label of several. */
function onLine(line: string, others: readonly string[]): Verdict | null {
  const verdict = alone(line)
  const [name = '', ...label] = line.split(/[:：]/)
  const isOfWhole = label.length > 0 && OF_WHOLE.test(name)
  if (verdict === null || isOfWhole) return verdict
  const said = others.flatMap((other) => (label.length > 0 ? labelOf(other) : (alone(other) ?? [])))
  return said.every((one) => one === verdict) ? verdict : null
}

function labelOf(line: string): Verdict[] {
  const [, label] = LABELLED_LINE.exec(line) ?? []
  return label === undefined ? [] : [verdictOf(label)]
}

const orderOf = (left: string, sign: string, right: string): Verdict | null =>
  left === right ? null : /[=≈]/.test(sign) ? 'tie' : verdictOf(sign.startsWith('>') ? left : right)

function ordered(text: string): Verdict | null {
  const [, left, sign, right] = [...text.matchAll(ORDERED)].at(-1) ?? []
  return left === undefined ? null : orderOf(left, sign!, right!)
}

function inTag(text: string): Verdict | null {
  const [, , said = ''] = [...text.matchAll(TAGGED)].at(-1) ?? []
  return alone(said.trim())
}

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

/** English, or another language. */
function inSentences(answer: string): Verdict | null {
  const english = verdictOfEnglish(answer)
  const others = verdictsOfSentences(answer)
  const verdicts = new Set(english === null ? others : [english, ...others])
  return verdicts.size === 1 ? [...verdicts][0]! : null
}

function bySign(text: string, patterns: readonly RegExp[]): Verdict | null {
  for (const pattern of patterns) {
    const [, ...words] = [...text.matchAll(pattern)].at(-1) ?? []
    const word = words.find(Boolean)
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
  return sources.map((source) => new RegExp(source, 'gmu'))
}
