// What the editor shows: the host's view and task, and the little that is the webview's own. Drawn whole on every change.
import type { Failure } from '../src/shared/errors'
import type { CurationView, Task } from '../src/shared/editorProtocol'
import { type Display, INITIAL_DISPLAY } from './display'

export type Tab = 'label' | 'runs'

/** A request of this webview that failed. */
export interface Problem {
  /** What it means for the person, before what happened. */
  lead: string
  failure: Failure
  retry: () => void
}

/** The last thing that happened: in short on the screen, with the place in the list for screen readers. */
export interface Status {
  shown: string
  announced: string
}

export interface State {
  /** null until the host has answered. */
  view: CurationView | null
  task: Task | null
  /** A request that changes the task is under way: further ones are ignored. */
  busy: 'saving' | 'moving' | null
  problem: Problem | null
  /** Settings for which candidates from earlier ones are to be kept. */
  keptEarlier: string | null
  tab: Tab
  display: Display
  keysShown: boolean
  noteOpen: boolean
  note: string
  /** Candidate ids chosen so far, best first, while all are being ranked. */
  ranking: string[] | null
  status: Status
}

export const INITIAL_STATE: State = {
  view: null,
  task: null,
  busy: null,
  problem: null,
  keptEarlier: null,
  tab: 'label',
  display: INITIAL_DISPLAY,
  keysShown: false,
  noteOpen: false,
  note: '',
  ranking: null,
  status: { shown: '', announced: '' },
}
