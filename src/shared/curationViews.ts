// What use cases tell of a curation: the task to label, pools, counts. Shown in the window and in
// the terminal.
import type { Edit, FinishReason, Message, Preference, RemovalReason } from './domain'

/** Long work under way; at most one generation and one run at a time per curation. */
export interface Activity {
  kind: 'generate' | 'select' | 'evaluate' | 'judge'
  /** One sentence: what is being done now ("Loading SmolLM2-135M-Instruct", "Prompt 3 of 80"). */
  sentence: string
  done: number
  total: number
  tokensPerSecond: number | null
  secondsLeft: number | null
}

/** Candidates sampled with other settings than the curation file has now. */
export interface EarlierCandidates {
  candidates: number
  /** The keys that differ; `model` for that of the generator. */
  settings: string[]
  /** Stands for the settings as they are now: another one after the next change. */
  key: string
}

/**
 * What the settings of the file would select and have not: selections that nobody has decided on,
 * made with other settings, and full pools without a selection.
 */
export interface EarlierSelections {
  selections: number
  /** Pools without a selection, as a rule that learns leaves those that labelling did not reach. */
  awaiting: number
  /** The keys that differ. */
  settings: string[]
  /** Stands for the settings as they are now. */
  key: string
}

/** What the journals hold of prompts that the file of prompts no longer has: it does not count. */
export interface Orphans {
  prompts: number
  candidates: number
  /** The annotations of all annotators. */
  annotations: number
}

/**
 * How far the round that is shown has got. Pairs, and records of prompts that are gone, are those
 * of all rounds.
 */
export interface Counts {
  prompts: number
  /** Candidates on disk, and how many the settings ask for. */
  candidates: number
  candidatesWanted: number
  /** Candidates that were cut off at the token limit. */
  cutOff: number
  /** Prompts that a generator does not take: their missing candidates are not wanted. */
  leftOut: number
  /** Selections that can be labelled. */
  selected: number
  /**
   * Selections to come when labelling gets to their prompts. Not there where the rule needs no
   * labels: it selects from each full pool at once.
   */
  due?: number
  /** Selections that this annotator has labelled, skips included. */
  annotated: number
  /** Pools from which another selection can be made: all, and those whose last one is all bad. */
  another: number
  anotherForAllBad: number
  /**
   * Preference pairs, and those of them whose chosen response is the longer one, and whose chosen
   * response was cut off: the data set leaves these out.
   */
  pairs: number
  longerChosen: number
  chosenCutOff: number
  budget: number
  /** Not there where all records are of prompts of the file. */
  orphans?: Orphans
}

/** One of several rounds. */
export interface RoundView {
  /** From 1. */
  number: number
  /** Names of its generators. */
  generator: string
  /** The id of the training run whose model it samples from. */
  run: string | null
  prompts: number
  candidates: number
  candidatesWanted: number
  /** Selections that can be labelled, and those of them that this annotator has labelled. */
  selected: number
  annotated: number
  isShown: boolean
}

/** One of the decisions that this annotator made last. */
export interface RecentDecision {
  selectionId: string
  /** 0-based place of its prompt. */
  position: number
  preference: Preference
  shownOrder: string[]
}

export interface ResponseView {
  candidateId: string
  text: string
  /** `length`: it was cut off at the limit of `tokenCount` tokens. */
  finishReason: FinishReason
  /** null where it is not known. */
  tokenCount: number | null
  /** Shown only after the decision when the curation is blind. */
  origin: string | null
}

/** One selection to decide: its responses in shuffled, blind order. */
export interface Task {
  selectionId: string
  promptId: string
  prompt: Message[]
  responses: ResponseView[]
  /** 0-based place of its prompt among all prompts: the same while generation goes on. */
  position: number
  total: number
  /** Which selection of its pool it is, from 1. */
  place: number
  /** What this annotator said before, if anything. */
  preference: Preference | null
  /** The response that this annotator rewrote, if any. */
  edit: Edit | null
  /** How long that took; 0 without. */
  milliseconds: number
  note: string
  /** Whether this annotator flagged its prompt. */
  flagged: boolean
  /** What the guard took out of this pool, and why. */
  removed: { reason: RemovalReason; count: number }[]
  poolSize: number
}

/** An undone annotation: its task, as it is now, its note and its edit. */
export interface Undone {
  task: Task
  note: string
  edit: Edit | null
}

/**
 * One candidate of a pool; of those that were not selected `kept` are all that the guard did not
 * remove.
 */
export interface PoolEntry {
  candidateId: string
  text: string
  outcome: 'selected' | 'kept' | RemovalReason
}

/** The map of a pool, in which near candidates have similar texts. */
export interface PoolMap {
  /** Candidate id → its place, from −1 to 1; none without a vector. */
  places: Readonly<Record<string, readonly [x: number, y: number]>>
  /** Share of the differences that the map shows, from 0 to 1. */
  share: number
}

/**
 * Which task to show: the first undecided one (after `from` if there is one), a neighbour, or the
 * one named, or else the first at or after a place among the prompts.
 */
export type TaskRequest =
  | { go: 'next-open'; from?: string }
  | { go: 'next' | 'previous'; from: string }
  | { go: 'to'; position: number; selectionId?: string }
