// The protocol between the curation editor's webview and the extension host. The webview receives
// no path and no secret.
import type { Failure } from './errors'
import type {
  Activity,
  Counts,
  EarlierCandidates,
  EarlierSelections,
  PoolEntry,
  PoolMap,
  RecentDecision,
  RoundView,
  Task,
  TaskRequest,
  Undone,
} from './curationViews'
import type { Edit, Preference, SelectionSettings } from './domain'
import type { EvaluationView } from './evaluation'
import type { LeftOutSummary } from './leftOutView'
import type { LabelStatistics, ReviewRow, ShownAnalysis } from './reviewProtocol'
import type { RunView } from './runProtocol'
import type { StateChanges } from './stateChanges'
import type { TrainingForm, TrainingFormAction } from './trainingForm'
import type { SimulationAction, SimulationView } from './simulationView'
import type { TryAction, TryView } from './tryView'

/** The setting that names the annotator, as failures name it. */
export const ANNOTATOR_SETTING = 'aepo.annotator'

/** The settings of the curation file that the editor shows. */
export interface CurationSettings {
  annotator: string
  generator: string
  /** "SmolLM2-135M-Instruct on cpu: no usable GPU was found"; null before a model was loaded. */
  device: string | null
  selection: SelectionSettings
  n: number
  /** Markdown; null for a curation without guidelines. */
  guidelines: string | null
  output: string
  /** Whether the curation file declares a judge. */
  hasJudges: boolean
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
    /** The data folder is gone although there was one, and whether generating starts anew. */
    lost: { startsAnew: boolean } | null
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
  /** The oldest first. */
  evaluations: readonly EvaluationView[]
  /** The training run that is being set up; null while none is. */
  training: TrainingForm | null
  /** Two models that are tried; null before that was asked for. */
  trying: TryView | null
  /** What selection rules would gain; null before that was asked for. */
  simulation: SimulationView | null
}

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
  | 'pauseTraining'
  | 'openText'
  | 'openOutput'
  | 'showLog'
  | 'openPrompts'
  | 'openAnnotatorSetting'
  | 'trust'
  | 'sampleAgain'
  | 'retryLeftOut'
  | 'selectAgain'
  | 'keepLabels'
  | 'selectAnother'
  | 'selectForAllBad'
  | 'dismissFailure'
  | 'evaluate'

/** The same for one run, named by its id, or for the one that is being set up. */
type RunAction =
  | { openRunLog: string }
  | { openRunReport: string }
  | { exportRunFigures: string }
  | { resumeRun: string }
  | { useRun: string }
  | { copyHarness: string }
  | { trainingForm: TrainingFormAction }

/** Shows another round. */
interface RoundAction {
  showRound: number
}

/** Tries two models. */
interface TryingAction {
  trying: TryAction
}

/** Simulates selection. */
interface SimulatingAction {
  simulation: SimulationAction
}

/** Samples what an evaluation lacks; lets a judge vote on its pairs. */
type EvaluationAction = { sampleEvaluation: string } | { judgeEvaluation: string }

export type Action =
  EditorAction | RunAction | RoundAction | TryingAction | SimulatingAction | EvaluationAction

/** Asked of the host. */
export type EditorHostSide = {
  requests: {
    /**
     * First message of the webview; the answer is the state to draw, and the task that it showed
     * last, or the first open one.
     */
    ready: [{ shown: ShownPlace | null }, { state: EditorState; task: Task | null }]
    task: [TaskRequest, Task | null]
    /**
     * From now on tasks are the pairs of this evaluation, or for null the selections of the
     * curation; the result is the first open one. What is asked of a pair tells the models apart
     * only once it was voted on.
     */
    show: [{ evaluation: string | null }, Task | null]
    /** The whole pool behind a selection; none for a pair. */
    pool: [{ selectionId: string }, PoolEntry[]]
    /** Of the same pool; null for none. */
    poolMap: [{ selectionId: string }, PoolMap | null]
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
        edit?: Edit
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
    /** What a model of these labels says; takes seconds. null in an untrusted workspace. */
    labelAnalysis: [null, ShownAnalysis | null]
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
