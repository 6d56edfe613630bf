// Verdicts in English sentences. One that is denied, supposed or about a part of the responses is
// none, and sentences that contradict each other give none.
import type { Verdict } from '../../shared/judging'
import { OPEN, SUBJECT, verdictOf, WORD } from './verdictWords'

/** “Both are equally good, but A is shorter” is no tie. */
const NO_BUT = String.raw`(?![^.\n]{0,200}\b(?:but|except|though|however)\b)`

/* eslint-disable aepo/localised -- patterns */
/**
 * No pattern has two repetitions of the same characters side by side, or one without a limit in its
 * middle: the search of a long answer would take the square of its length.
 */
const FORMS = [
  // Neither is better
  String.raw`\b([Nn]either)(?:\s+(?:of\s+the\s+)?(?:responses?|answers?|one|of them|of the two|${SUBJECT}A\s+nor\s+${SUBJECT}B))?\s+(?:is|was)\s+(?:clearly\s+)?better\b${NO_BUT}(?!\s+(?:on|in|at|for)\b)`,
  // Response A is better
  String.raw`\b${SUBJECT}(A|B)["'*_)]*\s+(?:wins\s*(?:[.!]|because\b|overall\b|$)|gets\s+my\s+vote|(?:is|was|would be)\s+(?:(?:the|clearly|arguably|much|slightly|far|a)\s+)*(?:better|best|preferred|preferable|superior|winner))`,
  // I prefer A
  String.raw`\bI(?:\s+would|['’]d)?\s+(?:prefer|choose|pick|select|go with|lean towards?|vote for)\s${OPEN}${SUBJECT}${WORD}`,
  // I would rate A higher
  String.raw`\bI(?:\s+would|['’]d)?\s+(?:rate|rank|score)\s${OPEN}${SUBJECT}(A|B)["'*_)]*\s+higher\b`,
  // It is a tie; both are equally good
  String.raw`\b(?:[Ii]t(?:\s+is|['’]s)\s+(?:a\s+)?|[Tt]hey\s+are\s+|(?:[Bb]oth\b|A\s+and\s+${SUBJECT}B\b)[^.\n]{0,60}\bare\s+)(tied?|draw|equal)(?:ly\s+(?:good|bad|strong|helpful))?\b${NO_BUT}`,
].map((source) => new RegExp(source, 'g'))

/** Before a verdict in its sentence: it is denied or supposed. */
const DOUBT =
  /(?:\b(?:not|never|nor|unless|whether|otherwise|might|may|could|can|some|someone|one would|one could)\b|n['’]t\b|\bif\b(?!\s+I\s+(?:had|have|must|were)\b))(?![^.!?\n]*(?:,\s*(?:but|so|therefore)\b|;))/i
/** Behind it: what it depends on. */
const CONDITION = /^\s*(?:if|unless|when|were|had|only)\b/i
/** Behind it: the part of the responses that it is about. */
const PART =
  /^\s+(?:(?:in|on|at|for|with|regarding)\s+(?!(?:all|every|each|both|general|my|this|these|total)\b)|\w{3,20}(?:ed|en)\b)/i
/** Before it: the judgement of all parts. */
const OVERALL =
  /\b(?:overall|in conclusion|in summary|to sum up|on balance|all in all|therefore|thus|hence|finally|in total|final)\b[^.!?\n]*$/i
/* eslint-enable aepo/localised */

/** Characters before a verdict that are looked at: its sentence, if that is not overlong. */
const REACH = 160

interface Said {
  verdict: Verdict
  isOfPart: boolean
  isOverall: boolean
  /** What stands behind it. */
  rest: string
}

/** null where sentences give no verdict, or contradict each other. */
export function verdictOfEnglish(text: string): Verdict | null {
  const said = FORMS.flatMap((form) => [...text.matchAll(form)])
    .toSorted((one, other) => one.index - other.index)
    .map((match) => saidBy(match, text))
    .filter((one) => one !== null)
  const wholes = said.filter(({ isOfPart }) => !isOfPart)
  if (wholes.length === 0) return verdictOfParts(said)
  const last = wholes.at(-1)!
  return isOne(wholes) || last.isOverall ? last.verdict : onlyOverall(wholes)
}

const isOne = (said: readonly Said[]): boolean =>
  said.every(({ verdict }) => verdict === said[0]?.verdict)

function onlyOverall(said: readonly Said[]): Verdict | null {
  const overall = said.filter(({ isOverall }) => isOverall)
  return overall.length > 0 && isOne(overall) ? overall[0]!.verdict : null
}

/** What is better in a part is better if nothing is said for the other one. */
function verdictOfParts(said: readonly Said[]): Verdict | null {
  const last = said.at(-1)
  const other = last?.verdict === 'first' ? /\bB\b/ : /\bA\b/
  return last && isOne(said) && !other.test(last.rest) ? last.verdict : null
}

function saidBy({ 0: match, 1: word = '', index }: RegExpExecArray, text: string): Said | null {
  const reach = text.slice(Math.max(0, index - REACH), index)
  const before = reach.slice(reach.search(/[^.!?\n]*$/))
  const rest = text.slice(index + match.length)
  if (DOUBT.test(before) || CONDITION.test(rest)) return null
  if (/\bwould be\b/.test(match) && /^\s+with\b/.test(rest)) return null
  return {
    verdict: verdictOf(word),
    isOfPart: PART.test(rest) && verdictOf(word) !== 'tie',
    isOverall: OVERALL.test(before) || /^\s+overall\b/i.test(rest),
    rest: rest.slice(0, 2000),
  }
}
