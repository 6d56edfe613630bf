// The protocol between the curation editor's webview and the extension host. The webview receives
// no path and no secret.
import type { Failure } from './errors'
import type { FinishReason, Message, Preference, RemovalReason, SelectionSettings } from './domain'
import type { LeftOutSummary } from './leftOutView'
import type { LabelStatistics, ReviewRow } from './reviewProtocol'
import type { RunView } from './runProtocol'
import type { StateChanges } from './stateChanges'

/** Long work under way; at most one generation and one run at a time per curation. */
export interface Activity {
  kind: 'generate' | 'select'
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

/** Selections that nobody has decided on, made with other settings than the file has now. */
export interface EarlierSelections {
  selections: number
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
  /** Candidates that were cut off at the limit of tokens. */
  cutOff: number
  /** Prompts that a generator does not take: their missing candidates are not wanted. */
  leftOut: number
  /** Selections that can be labelled. */
  selected: number
  /** Selections that this annotator has labelled, skips included. */
  annotated: number
  /** Pools from which another selection can be made: all, and those whose last one is all bad. */
  another: number
  anotherForAllBad: number
  /**
   * Preference pairs, and those of them whose chosen response is the longer one, and whose chosen
   * response was cut off: the output leaves these out.
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

/** The settings of the curation file that the editor shows. */
export interface CurationSettings {
  annotator: string
  generator: string
  /** "SmolLM2-135M-Instruct on cpu: no graphics adapter"; null before a model was loaded. */
  device: string | null
  selection: SelectionSettings
  n: number
  /** Markdown; null for a curation without guidelines. */
  guidelines: string | null
  output: string
}

/** One of the decisions that this annotator made last. */
export interface RecentDecision {
  selectionId: string
  /** 0-based place of its prompt. */
  position: number
  preference: Preference
  shownOrder: string[]
}

/** What stands in the way now: an invalid file, a failed step. */
export interface Obstacle {
  failure: Failure
  /** The failed step is over: the user may dismiss the message. */
  isPast: boolean
}

/**
 * Everything the editor shows beside the task, in slices: a slice is sent when it changed (see
 * `stateChanges.ts`). The webview keeps no second copy of the truth.
 */
export interface EditorState {
  file: {
    name: string
    /** `broken`: the file or its prompts are invalid; the other slices keep what was read last. */
    phase: 'opening' | 'open' | 'broken'
  }
  trusted: boolean
  obstacle: Obstacle | null
  /** null until the curation was read once; so are the counts. */
  settings: CurationSettings | null
  counts: Counts | null
  activity: Activity | null
  /** null also while candidates are generated. */
  earlier: EarlierCandidates | null
  earlierSelections: EarlierSelections | null
  /** Prompts that a generator does not take; null where there are none. */
  leftOut: LeftOutSummary | null
  /** The last ten decisions, the oldest first. */
  recent: RecentDecision[]
  /** The first one first; none where there is only one. */
  rounds: RoundView[]
  /** In the order in which they were started. */
  runs: readonly RunView[]
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
  /** How long that took; 0 without. */
  milliseconds: number
  note: string
  /** Whether this annotator flagged its prompt. */
  flagged: boolean
  /** What the guard took out of this pool, and why. */
  removed: { reason: RemovalReason; count: number }[]
  poolSize: number
}

/** An undone annotation: its task, as it is now, and its note. */
export interface Undone {
  task: Task
  note: string
}

/**
 * One candidate of a pool; of those that were not selected `kept` are all that the guard did not
 * remove.
 */
export interface PoolEntry {
  candidateId: string
  text: string
  fate: 'selected' | 'kept' | RemovalReason
}

/**
 * Which task to show: the first undecided one (after `from` if there is one), a neighbour, or the
 * one named, or else the first at or after a place among the prompts.
 */
export type TaskRequest =
  | { go: 'next-open'; from?: string }
  | { go: 'next' | 'previous'; from: string }
  | { go: 'to'; position: number; selectionId?: string }

/** Where a task is: its selection, and its prompt's place should that selection be gone. */
export interface ShownPlace {
  selectionId: string
  position: number
}

/** What a button asks for. */
export type EditorAction =
  | 'generate'
  | 'stopGeneration'
  | 'export'
  | 'train'
  | 'stopTraining'
  | 'openText'
  | 'openOutput'
  | 'showLog'
  | 'openPrompts'
  | 'trust'
  | 'sampleAgain'
  | 'retryLeftOut'
  | 'selectAgain'
  | 'keepLabels'
  | 'selectAnother'
  | 'selectForAllBad'
  | 'dismissFailure'

/** The same for one run, named by its id. */
type RunAction = { openRunLog: string } | { resumeRun: string } | { useRun: string }

/** Shows another round. */
interface RoundAction {
  showRound: number
}

export type Action = EditorAction | RunAction | RoundAction

/** Asked of the host. */
export type EditorHostSide = {
  requests: {
    /**
     * First message of the webview; the answer is the state to draw, and the task that it showed
     * last, or the first open one.
     */
    ready: [{ shown: ShownPlace | null }, { state: EditorState; task: Task | null }]
    task: [TaskRequest, Task | null]
    /** The whole pool behind a selection. */
    pool: [{ selectionId: string }, PoolEntry[]]
    /** The prompts that hold the search, or whose note does; all for an empty one. */
    review: [{ search: string }, ReviewRow[]]
    /**
     * Resolves when the annotation is flushed to disk; the result is the task that is to be shown
     * next.
     */
    annotate: [
      {
        selectionId: string
        preference: Preference
        milliseconds: number
        shownOrder: string[]
        note: string
        next: TaskRequest
      },
      Task | null,
    ]
    /** Takes this annotator's last annotation back; null if there is none. */
    undo: [null, Undone | null]
    /** Flags a prompt, or takes the flag away; the result is the task shown, as it is now. */
    flag: [{ promptId: string; flagged: boolean }, Task | null]
    /** What the labels of this annotator say together. */
    statistics: [null, LabelStatistics]
    act: [Action, null]
  }
  notifications: Record<never, never>
}

/** Told to the webview. */
export type EditorWebviewSide = {
  requests: Record<never, never>
  notifications: {
    state: StateChanges
    /**
     * What is at the place shown now. Not sent for what the webview's own requests answer with.
     */
    task: Task | null
  }
}
