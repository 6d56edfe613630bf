// Key presses of the page as commands: never from a text field, never twice for one press.
import { type Command, isUndoOrRedo, type KeyPress } from './keys'

export interface Keyboard {
  /** The command that a key press means in the view shown; null where it means none. */
  command(press: KeyPress): Command | null
  /** A dialog has the keyboard to itself. */
  isDialogOpen(): boolean
  perform(command: Command): void
  leaveTextField(): void
}

export function listenToKeys(keyboard: Keyboard): void {
  document.addEventListener('keydown', holdOnce, { capture: true })
  document.addEventListener('keydown', (event) => {
    if (keyboard.isDialogOpen() || event.defaultPrevented) return
    if (isTextField(event)) {
      if (event.key === 'Escape') keyboard.leaveTextField()
      // the field's own: VS Code would undo in the curation file
      else if (isUndoOrRedo(event)) event.stopPropagation()
      return
    }
    const command = keyboard.command(event)
    if (!command || (isSideways(command) && scrollsSideways(event))) return
    // Handled here: VS Code, which listens on the window, would otherwise look for a key binding of
    // its own (undo has one).
    event.preventDefault()
    event.stopPropagation()
    keyboard.perform(command)
  })
}

/** A held Enter would press the button under the focus again and again. */
function holdOnce(event: KeyboardEvent): void {
  if (event.repeat && event.key === 'Enter' && !isTextField(event)) event.preventDefault()
}

function isTextField(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLInputElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  )
}

function isSideways(command: Command): boolean {
  return command.do === 'previous' || command.do === 'next'
}

/** Arrow keys in a code block wider than its card scroll it. */
function scrollsSideways(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  return (
    target instanceof HTMLElement &&
    target.matches('pre') &&
    target.scrollWidth > target.clientWidth
  )
}
