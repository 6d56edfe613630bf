// What the editor shows: the host's view and task, and the little that is the webview's own. Drawn
// whole on every change.
import type { Failure } from '../src/shared/errors'
import type { CurationView, PoolEntry, Task } from '../src/shared/editorProtocol'
import { type Display, INITIAL_DISPLAY } from './display'

export type Tab = 'label' | 'runs'

/** A request of this webview that failed. */
export interface Problem {
  /** What it means for the person, before what happened. */
  lead: string
  failure: Failure
  retry: () => void
}

/**
 * The last thing that happened: in short on the screen, with the place in the list for screen
 * readers.
 */
interface Status {
  shown: string
  announced: string
}

export interface State {
  /** null until the host has answered. */
  view: CurationView | null
  task: Task | null
  /** All candidates of a task's prompt, once they are to be seen. */
  pool: { selectionId: string; entries: PoolEntry[] } | null
  /** A request that changes the task is under way: further ones are ignored. */
  busy: 'saving' | 'moving' | null
  problem: Problem | null
  /** Settings for which candidates from earlier ones are to be kept. */
  keptEarlier: string | null
  tab: Tab
  display: Display
  keysShown: boolean
  noteOpen: boolean
  /** How often the note was called for: each time the focus goes to it. */
  noteCalls: number
  note: string
  /** Candidate ids chosen so far, best first, while all are being ranked. */
  ranking: string[] | null
  status: Status
}

export const INITIAL_STATE: State = {
  view: null,
  task: null,
  pool: null,
  busy: null,
  problem: null,
  keptEarlier: null,
  tab: 'label',
  display: INITIAL_DISPLAY,
  keysShown: false,
  noteOpen: false,
  noteCalls: 0,
  note: '',
  ranking: null,
  status: { shown: '', announced: '' },
}

/**
 * Whether a decided selection has another note here than on disk. One that is not decided yet gets
 * its note with the decision.
 */
export const isNoteUnsaved = ({ task, note }: State): boolean =>
  Boolean(task?.preference) && note.trim() !== task?.note.trim()
