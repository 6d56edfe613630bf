// Evaluations: two models, held-out prompts, blind votes. What use cases tell of them, and the
// strength of generators.
import type { RecentDecision } from './curationViews'
import type { JudgeReport } from './judging'

export type ModelSide = 'a' | 'b'

/** A share with its 95 % interval, all in [0, 1]. */
export interface Estimate {
  rate: number
  low: number
  high: number
}

/**
 * Why there is no length-controlled rate: `few` prompts have votes; all votes are for one side; in
 * all pairs the responses differ equally in length.
 */
export type LengthRefusal = 'few' | 'oneSided' | 'equalLengths'

/** What some of the votes of an evaluation say. */
export interface VoteFigures {
  /** Prompts with at least one vote that counts: the unit of all intervals. */
  prompts: number
  /** Votes that count, by what they say; two equal responses are a tie. */
  votes: { a: number; b: number; tie: number; allBad: number }
  /** Share of the prompts that A wins, ties being half; null without a vote. */
  win: Estimate | null
  /** The same at equal lengths, or why it is not given. */
  lengthControlled: Estimate | LengthRefusal
}

/** What the votes of all annotators say; judges are none. */
export interface EvaluationResult extends VoteFigures {
  skips: number
  /** Pairs with two equal responses. They are not shown, and count as ties. */
  equal: number
  /**
   * Further prompts until the interval excludes one half if the rate stays as it is; 0 when it does
   * now, null for a rate of one half and without a vote.
   */
  furtherPrompts: number | null
  /** Mean length of the responses, in characters. */
  length: { a: number; b: number }
  /** Selections that two annotators both voted on, and those with the same vote. */
  agreement: { annotators: [string, string]; same: { count: number; of: number } }[]
  /** The win rate of each annotator’s votes alone. */
  annotators: { annotator: string; prompts: number; win: Estimate | null }[]
}

/** The votes of one judge, which count in no other figure. */
export interface JudgeVotes extends VoteFigures {
  /** How far it agrees with the annotators on these pairs. */
  report: JudgeReport
}

/** One evaluation as the editor and the terminal show it. */
export interface EvaluationView {
  id: string
  /** Names of the models. */
  a: string
  b: string
  /** ISO 8601. */
  createdAt: string
  /** Where the prompts are from: the file as it was given, or null for held-out prompts. */
  promptsFile: string | null
  prompts: number
  /** Responses of each model per prompt. */
  responses: number
  sampled: number
  /** Responses that are to be sampled: without those of prompts that a model does not take. */
  wanted: number
  /** Pairs to vote on, and those that this annotator voted on. */
  pairs: number
  voted: number
  recent: RecentDecision[]
  result: EvaluationResult
  /** None until this annotator has voted on all pairs. */
  judges: JudgeVotes[]
}

/** Whether all responses are there and this annotator voted on all pairs. */
export const isVotedThrough = ({
  sampled,
  wanted,
  pairs,
  voted,
}: Pick<EvaluationView, 'sampled' | 'wanted' | 'pairs' | 'voted'>): boolean =>
  sampled >= wanted && voted >= pairs

/** The strength of a generator: log-odds against the mean of its group, with 95 % interval. */
export interface GeneratorStrength {
  generator: string
  strength: number
  low: number
  high: number
  /** Decisions against others of the group: a selection counts once for each other generator. */
  met: number
  /** Of these, wins; a tie is half of one. */
  won: number
}

/** Generators that met each other in selections, the strongest first. */
export interface StrengthGroup {
  /** null: of all rounds together. */
  round: number | null
  generators: GeneratorStrength[]
}
