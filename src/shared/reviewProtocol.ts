// What the review view shows: a row per prompt or selection, and statistics of the labels.
import type { Preference } from './domain'
import type { StrengthGroup } from './evaluation'
import type { JudgeReport } from './judging'
import type { LabelAnalysis, LookAgain } from './labelAnalysis'

/** A prompt of the curation, or one of several selections under it, with what became of it. */
export interface ReviewRow {
  /** null for a prompt without a selection that can be labelled. */
  selectionId: string | null
  /** Without a selection: one is made from the labels when labelling gets to the prompt. */
  isDue?: boolean
  promptId: string
  /** Which selection of its pool it is, from 1. */
  place: number
  /** 0-based place among all prompts. */
  position: number
  /** The beginning of its last user turn, on one line. */
  excerpt: string
  decision: { preference: Preference; shownOrder: string[]; isEdited: boolean } | null
  note: string
  flagged: boolean
  /** Why a generator does not take the prompt; null for a prompt that was not left out. */
  leftOut: string | null
  /** How many candidates the guard left out. */
  removed: number
}

/** The analysis of the labels of this annotator, as the editor shows it. */
export interface ShownAnalysis extends Omit<LabelAnalysis, 'lookAgain'> {
  /** Of the round that is shown, the strongest ones first. */
  lookAgain: (LookAgain & { position: number })[]
}

/** `count` of `of`. */
export interface Share {
  count: number
  of: number
}

/** What the labels of one annotator say together. */
export interface LabelStatistics {
  /** Selections that are labelled, by what the label says. */
  labels: Record<Preference['kind'], number>
  /** Those of them with a response that the annotator rewrote. */
  edited: number
  /** Pairs of the data set, of all annotators, whose chosen response is the longer one. */
  longer: Share
  /** Labels with one best response, and those of them where it was shown first. */
  first: Share
  /** How many responses a selection shows; 0 where that differs. */
  k: number
  /** Median time of the decisions; null where none was timed. */
  medianMilliseconds: number | null
  /** Selections that both annotators decided on, skips aside, and those with the same label. */
  agreement: { annotators: [string, string]; same: Share }[]
  /** Of the generators that met in selections, from the labels of all annotators. */
  strengths: StrengthGroup[]
  /** How far each judge agrees with people. */
  judges: JudgeReport[]
}
