// The actions that views can trigger: events go up through here, state comes down as arguments.
import type { Action, ShownPlace } from '../../src/shared/editorProtocol'
import type { ChartChange } from '../charts'
import type { EditorCommand } from '../keys'
import type { ReviewFilter } from '../review'
import type { ViewId } from './table'

export interface Actions {
  perform(command: EditorCommand): void
  act(action: Action): void
  setNote(note: string): void
  closeNote(): void
  writeEdit(text: string): void
  saveEdit(): void
  show(view: ViewId): void
  /** The selection named, or the first at or after this 0-based place among the prompts. */
  goTo(place: { position: number; selectionId?: string }): void
  review(change: { search: string } | { filter: ReviewFilter }): void
  /** Shows the selection of a row of the review for labelling. */
  open(row: ShownPlace): void
  flag(promptId: string, flagged: boolean): void
  /** The prompt for two models: its text changed, and it is to be answered. */
  writePrompt(text: string): void
  sendPrompt(): void
  /** Shows another evaluation; opens or closes the result of one. */
  evaluation(change: { choose: string } | { toggleResult: string }): void
  dismissProblem(): void
  chooseCharts(change: ChartChange): void
  /** Hides the notice about results of earlier settings until the settings change again. */
  keepEarlier(key: string): void
}
