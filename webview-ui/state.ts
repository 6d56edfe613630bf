// What the editor shows: the host's state and task, and what belongs to the webview alone. Every
// change draws the whole.
import type { Edit, Preference } from '../src/shared/domain'
import type { PoolEntry, PoolMap, Task } from '../src/shared/curationViews'
import type { EditorState } from '../src/shared/editorProtocol'
import { type Failure, toFailure } from '../src/shared/errors'
import { type AnalysisState, NO_ANALYSIS } from './analysis'
import { type ChartChoice, INITIAL_CHARTS } from './charts'
import { type Display, INITIAL_DISPLAY } from './display'
import type { EditPhase } from './editing'
import { INITIAL_REVIEW, type ReviewState } from './review'
import type { WindowSize } from './room'
import type { ViewId } from './views/table'

/** A request of this webview that failed. */
export interface Problem {
  /** The consequence for the user; shown before the message. */
  lead: string
  failure: Failure
  retry: () => void
}

/** The last thing that happened: short on the screen, with the place for screen readers. */
interface Status {
  shown: string
  announced: string
}

export interface State {
  /** null until the host has answered. */
  host: EditorState | null
  task: Task | null
  /** All candidates of a task's prompt, once they are to be seen. */
  pool: { selectionId: string; entries: PoolEntry[]; map: PoolMap | null } | null
  /** A request that changes the task is under way: further ones are ignored. */
  busy: 'saving' | 'moving' | null
  problem: Problem | null
  /** Settings for which what comes from earlier ones is to be kept, by their keys. */
  keptEarlier: readonly string[]
  view: ViewId
  /** The evaluation whose pairs are the tasks; null for the selections of the curation. */
  evaluation: string | null
  /** The evaluation that the user chose; null for the last one. */
  chosenEvaluation: string | null
  /** The evaluation whose result is open before all votes are given. */
  resultOf: string | null
  review: ReviewState
  analysis: AnalysisState
  display: Display
  charts: ChartChoice
  keysShown: boolean
  noteOpen: boolean
  note: string
  /** What was written of an edit of the task and is not saved; null for nothing. */
  edit: Edit | null
  editPhase: EditPhase
  /** Incremented to move the focus to the note or the edit, whichever is open. */
  textCalls: number
  /** The prompt that is being written for two models. */
  tryText: string
  /** Incremented to move the focus to it. */
  tryCalls: number
  /** Candidate ids chosen so far, best first, while all are being ranked. */
  ranking: string[] | null
  /** The decision that is being saved. */
  deciding: Preference | null
  status: Status
  window: WindowSize
  /** Whether the editor has the focus: its keys work. */
  focused: boolean
}

export const INITIAL_STATE: State = {
  host: null,
  task: null,
  pool: null,
  busy: null,
  problem: null,
  keptEarlier: [],
  view: 'label',
  evaluation: null,
  chosenEvaluation: null,
  resultOf: null,
  review: INITIAL_REVIEW,
  analysis: NO_ANALYSIS,
  display: INITIAL_DISPLAY,
  charts: INITIAL_CHARTS,
  keysShown: false,
  noteOpen: false,
  note: '',
  edit: null,
  editPhase: 'closed',
  textCalls: 0,
  tryText: '',
  tryCalls: 0,
  ranking: null,
  deciding: null,
  status: { shown: '', announced: '' },
  window: { width: 1280, height: 800 },
  focused: true,
}

/**
 * Whether a labelled selection has another note here than on disk. One that is not labelled yet
 * gets its note with the decision.
 */
export const isNoteUnsaved = ({ task, note }: State): boolean =>
  Boolean(task?.preference) && note.trim() !== task?.note.trim()

/** Whether a note or an edit is open: what is typed belongs to it. */
export const isWriting = ({ noteOpen, editPhase }: State): boolean =>
  noteOpen || editPhase === 'writing'

/** The state and its changes, each of which is drawn. */
export class Store {
  constructor(
    private current: State,
    private readonly draw: (state: State) => void,
  ) {}

  get state(): State {
    return this.current
  }

  update(change: Partial<State>): void {
    this.current = { ...this.current, ...change }
    this.draw(this.current)
  }

  /** Shows what was thrown, unless the request was cancelled. `retry` does the same again. */
  fail(lead: string, thrown: unknown, retry: () => void): void {
    const failure = toFailure(thrown)
    if (failure.code !== 'cancelled') this.update({ problem: { lead, failure, retry } })
  }
}
