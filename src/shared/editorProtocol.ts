// What the curation editor's webview and the extension host say to each other. The webview sees no
// path and no secret.
import type { Failure } from './errors'
import type { Message, Preference, RemovalReason, SelectionSettings } from './domain'
import type { RunView } from './runProtocol'

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

/**
 * Everything the editor shows beside the task at hand. Sent whole; the webview keeps no second
 * truth.
 */
export interface CurationView {
  name: string
  annotator: string
  generator: string
  /** "SmolLM2-135M-Instruct on cpu: no graphics adapter", once known. */
  device: string | null
  selection: SelectionSettings
  n: number
  counts: {
    prompts: number
    /** Candidates on disk, and how many the settings ask for. */
    candidates: number
    candidatesWanted: number
    /** Prompts with a selection. */
    selected: number
    /** Selections this annotator has decided, skips included. */
    annotated: number
    /** Rows of the DPO data set, and those of them whose chosen response is the longer one. */
    pairs: number
    longerChosen: number
    budget: number
  }
  /** Markdown. */
  guidelines: string | null
  output: string
  activity: Activity | null
  /** In the order in which they were started. */
  runs: RunView[]
  /** null also while candidates are generated. */
  earlier: EarlierCandidates | null
  /** What stands in the way now, if anything: an invalid file, a failed step. */
  failure: Failure | null
  /** Whether the person can have it out of sight: it is over, and nothing waits for it. */
  failureIsPast: boolean
  trusted: boolean
}

export interface ResponseView {
  candidateId: string
  text: string
  /** Shown only after the decision when the curation is blind. */
  origin: string | null
}

/** One selection to decide: its responses in shuffled, blind order. */
export interface Task {
  selectionId: string
  prompt: Message[]
  responses: ResponseView[]
  /** 0-based place of its prompt among all prompts: the same while generation goes on. */
  position: number
  total: number
  /** What this annotator said before, if anything. */
  preference: Preference | null
  /** How long that took; 0 without. */
  milliseconds: number
  note: string
  /** What the guard took out of this pool, and why. */
  removed: { reason: RemovalReason; count: number }[]
  poolSize: number
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
 * first at or after a place among the prompts.
 */
export type TaskRequest =
  | { go: 'next-open'; from?: string }
  | { go: 'next' | 'previous'; from: string }
  | { go: 'to'; position: number }

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
  | 'dismissFailure'

/** The same for one run, named by its id. */
export type RunAction = { openRunLog: string } | { resumeRun: string }

/** Asked of the host. */
export type EditorHostSide = {
  requests: {
    /** First message of the webview; the answer is the state to draw. */
    ready: [null, { view: CurationView; task: Task | null }]
    task: [TaskRequest, Task | null]
    /** The whole pool behind a selection. */
    pool: [{ selectionId: string }, PoolEntry[]]
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
    /**
     * Takes this annotator's last annotation back; the result is the task it belonged to, null if
     * there was none.
     */
    undo: [null, Task | null]
    act: [EditorAction | RunAction, null]
  }
  notifications: Record<never, never>
}

/** Told to the webview. */
export type EditorWebviewSide = {
  requests: Record<never, never>
  notifications: {
    view: CurationView
    /** The first open task appeared or the task shown became stale. */
    tasksChanged: null
  }
}
