// Effects of state changes that templates cannot express: scroll position and focus.
import { echoDecision } from '../echo'
import type { State } from '../state'
import { syncKeysDialog } from './keysDialog'
import { focusSearch } from './review'
import { closePlaces } from './placesPopover'
import { focusWhileTrying } from './tryFocus'

export function afterDrawing(root: HTMLElement, before: State, after: State): void {
  syncKeysDialog(root, after.keysShown)
  echoDecision(root, before, after)
  document.body.classList.toggle('unfocused', !after.focused)
  if (after.textCalls > before.textCalls) focusText(root)
  focusWhileTrying(root, before, after)
  if (after.review.searchCalls > before.review.searchCalls) focusSearch(root)
  if (after.task?.selectionId !== before.task?.selectionId || after.view !== before.view) {
    closePlaces(root)
    scrollToStart(root)
  }
}

/** Moves the focus to the note or edit that is open. @returns whether there is one. */
export function focusText(root: HTMLElement): boolean {
  const field = root.querySelector<HTMLElement>(':is(.note, .edit) .text-area')
  field?.focus()
  return field !== null
}

/** Scrolls up to the start of the panel, but not to the header. */
function scrollToStart(root: HTMLElement): void {
  const top = (root.querySelector('.panel')?.getBoundingClientRect().top ?? 0) + scrollY
  if (scrollY > top) scrollTo({ top })
}
