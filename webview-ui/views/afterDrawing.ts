// What a template cannot say: where the page scrolls and where the focus goes when the state
// changes.
import type { State } from '../state'
import { syncKeysDialog } from './keysDialog'
import { closePlaces } from './placesPopover'

export function afterDrawing(root: HTMLElement, before: State, after: State): void {
  syncKeysDialog(root, after.keysShown)
  if (after.noteCalls > before.noteCalls)
    root.querySelector<HTMLElement>('.note .text-area')?.focus()
  if (after.task?.selectionId !== before.task?.selectionId || after.view !== before.view) {
    closePlaces(root)
    scrollToStart(root)
  }
}

/** Brings the start of the panel into sight without scrolling back to the head of the editor. */
function scrollToStart(root: HTMLElement): void {
  const top = (root.querySelector('.panel')?.getBoundingClientRect().top ?? 0) + scrollY
  if (scrollY > top) scrollTo({ top })
}
