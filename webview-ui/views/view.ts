// What a view of the editor is. A new one is an entry of `table.ts`.
import type { TemplateResult } from 'lit'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { EditorCommand, KeyPress } from '../keys'
import type { State } from '../state'
import type { Actions } from './actions'

export interface View<Id extends string = string> {
  id: Id
  /** The text of its tab. */
  label: string
  /** Whether it has a tab; absent: always. */
  isOffered?: (host: EditorState) => boolean
  /** What its tab shows beside the text. */
  badge: (host: EditorState) => unknown
  /** The command of a key press while the view is shown; null where the key has none. */
  command: (press: KeyPress, state: State) => EditorCommand | null
  draw: (host: EditorState, state: State, actions: Actions) => TemplateResult
}
