// Key presses of the page as commands: never from a text field, never twice for one press.
import { type Command, commandFor, isUndoOrRedo } from './keys'

export interface KeyboardSituation {
  /** Responses on the screen. */
  k: number
  /** Whether labelling is what the screen is for. */
  labelling: boolean
  /** A dialog is open, which has the keyboard to itself. */
  dialogOpen: boolean
}

export function listenToKeys(
  situation: () => KeyboardSituation,
  perform: (command: Command) => void,
  leaveTextField: () => void,
): void {
  document.addEventListener('keydown', holdOnce, { capture: true })
  document.addEventListener('keydown', (event) => {
    const { k, labelling, dialogOpen } = situation()
    if (dialogOpen || event.defaultPrevented) return
    if (isTextField(event)) {
      if (event.key === 'Escape') leaveTextField()
      // the field's own: VS Code would undo in the curation file
      else if (isUndoOrRedo(event)) event.stopPropagation()
      return
    }
    const command = commandFor(event, k)
    if (
      !command ||
      (!labelling && command.do !== 'keys') ||
      (isSideways(command) && scrollsSideways(event))
    )
      return
    // Handled here: VS Code, which listens on the window, would otherwise look for a key binding of
    // its own (undo has one).
    event.preventDefault()
    event.stopPropagation()
    perform(command)
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
