// What a template cannot say: where the page scrolls and where the focus goes when the state
// changes.
import { echoDecision } from '../echo'
import type { State } from '../state'
import { syncKeysDialog } from './keysDialog'
import { focusSearch } from './review'
import { closePlaces } from './placesPopover'

export function afterDrawing(root: HTMLElement, before: State, after: State): void {
  syncKeysDialog(root, after.keysShown)
  echoDecision(root, before, after)
  document.body.classList.toggle('unfocused', !after.focused)
  if (after.noteCalls > before.noteCalls) focusNote(root)
  if (after.review.searchCalls > before.review.searchCalls) focusSearch(root)
  if (after.task?.selectionId !== before.task?.selectionId || after.view !== before.view) {
    closePlaces(root)
    scrollToStart(root)
  }
}

/** Whether there is a field for the note, which has the focus now. */
export function focusNote(root: HTMLElement): boolean {
  const field = root.querySelector<HTMLElement>('.note .text-area')
  field?.focus()
  return field !== null
}

/** Brings the start of the panel into sight without scrolling back to the head of the editor. */
function scrollToStart(root: HTMLElement): void {
  const top = (root.querySelector('.panel')?.getBoundingClientRect().top ?? 0) + scrollY
  if (scrollY > top) scrollTo({ top })
}
