// What judges say, and how far they agree with people. Types only.
import type { Share } from './reviewProtocol'

/** Which of two responses one answer of a judge prefers; null for an answer that names none. */
export type Verdict = 'first' | 'second' | 'tie'

/** A candidate with the text that was judged. */
export interface JudgedText {
  id: string
  textHash: string
}

interface Judged {
  id: string
  /** Name of the judge, without `judge:`. */
  judge: string
  promptId: string
  /** Hash of what decides the answers: the model, where it runs, and the prompt of the judge. */
  version: string
  model: string
  server?: string
  /** Tokens of the request; null where that is not known. */
  promptTokens: number | null
  /** Tokens of the answer; null where that is not known. */
  tokens: number | null
  milliseconds: number
  /** ISO 8601. */
  at: string
}

/** One answer of a judge about two responses, in the order in which it saw them. */
export interface JudgeAnswer extends Judged {
  kind: 'answer'
  /** Hash of the judge's prompt. */
  promptVersion: string
  first: JudgedText
  second: JudgedText
  verdict: Verdict | null
  /** The probability that the judge gives to the first response; absent without one. */
  probability?: number
  /** The answer as the model wrote it. */
  text: string
  /** What the model wrote before its answer. */
  reasoning?: string
}

/** The score that a reward model gives to one response. */
interface JudgeScore extends Judged {
  kind: 'score'
  candidate: JudgedText
  score: number
}

export type JudgeRecord = JudgeAnswer | JudgeScore

/** Cohen's kappa with its 95 % interval. */
export interface Kappa {
  value: number
  low: number
  high: number
}

/** How far judge and people agree on a set of pairs. */
export interface Agreement {
  /** Pairs, and those of them on which both say the same: one response, the other, or a tie. */
  same: Share
  /** null where kappa tells nothing: too few comparisons, or one side that never varies. */
  kappa: Kappa | null
  /** Who calls every pair a tie, the one verdict that no order turns; null for nobody. */
  constant: 'people' | 'judge' | null
}

/** Agreement on the pairs whose longer text has `from` to `to` times the length of the shorter. */
export interface LengthBand extends Agreement {
  from: number
  /** null for no limit. */
  to: number | null
}

/** What a report says against a judge. */
export type JudgeFinding =
  | 'prefers-first'
  | 'prefers-second'
  | 'prefers-longer'
  | 'prefers-shorter'
  | 'inconsistent'
  | 'chance'

export interface JudgeReport {
  judge: string
  model: string
  /** Comparisons on which the judge has an opinion. */
  judged: number
  /** Answers that name no verdict. */
  unreadable: number
  /** Tokens of requests and answers; null where none are known. */
  tokens: number | null
  /** Over all pairs on which both people and judge have an opinion. */
  agreement: Agreement
  /** Pairs in which people prefer one response: how often the judge prefers the same one. */
  right: Share
  /** Pairs in which people prefer one response: how often the judge says tie. */
  tied: Share
  /**
   * Pairs in which people prefer one response and the judge finds one likelier to win, by the mean
   * over both orders: how often it is the same one.
   */
  rightByMean: Share
  /** Influence of the order; null for a judge that sees one response at a time. */
  order: {
    /** Answers with a preference, and those of them that prefer the first response. */
    firstWins: Share
    /** Pairs that were asked in both orders, and those with two different answers. */
    disagree: Share
    /** Answers with a preference where people prefer the first response: those that agree. */
    rightWhenFirst: Share
    /** The same where people prefer the second response. */
    rightWhenSecond: Share
  } | null
  /** Influence of the length of the responses, in characters. */
  length: {
    /** Pairs with a preference of the judge, and those of them whose longer response it prefers. */
    longerWins: Share
    /** Pairs with a preference of people, and those of them whose longer response they prefer. */
    peopleLonger: Share
    /** Where people prefer the longer response: how often the judge does. */
    longerWherePeopleLonger: Share
    /** Where people prefer the shorter response: how often the judge prefers the longer one. */
    longerWherePeopleShorter: Share
    bands: LengthBand[]
  }
  findings: JudgeFinding[]
}
