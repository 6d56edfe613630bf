// Key presses of the page as commands: never from a text field, never twice for one press.
import { type EditorCommand, isUndoOrRedo, type KeyPress } from './keys'

export interface Keyboard {
  /** The command that a key press means in the view shown; null where it means none. */
  command(press: KeyPress): EditorCommand | null
  /** A dialog has the keyboard to itself. */
  isDialogOpen(): boolean
  /** A note or an edit is open: what is typed belongs to it. */
  isWriting(): boolean
  perform(command: EditorCommand): void
  focusText(): unknown
  /** Closes what is being written or chosen. */
  leave(): void
}

export function listenToKeys(keyboard: Keyboard): void {
  document.addEventListener('keydown', holdOnce, { capture: true })
  document.addEventListener('keydown', (event) => {
    if (keyboard.isDialogOpen() || event.defaultPrevented) return
    if (isTextField(event)) {
      if (event.key === 'Escape') keyboard.leave()
      // the field's own: VS Code would undo in the curation file
      else if (isUndoOrRedo(event)) event.stopPropagation()
      return
    }
    const command = keyboard.command(event)
    if (keyboard.isWriting() && isForText(event, command)) {
      event.stopPropagation()
      keyboard.focusText() // and the key goes there
      return
    }
    if (!command && event.key === 'Escape') keyboard.leave()
    if (!command || (isSideways(command) && scrollsSideways(event))) return
    // Handled here: VS Code, which listens on the window, would otherwise look for a key binding of
    // its own (undo has one).
    event.preventDefault()
    event.stopPropagation()
    keyboard.perform(command)
  })
}

/**
 * VS Code gives the focus back to the page when its tab is shown again, not to the field that had
 * it: what was typed next would be read as commands.
 */
export function keepTextFieldFocus(focusText: () => boolean): void {
  let field: HTMLElement | null = null
  addEventListener('blur', () => {
    const { activeElement } = document
    field = isField(deepest(activeElement)) ? (activeElement as HTMLElement) : null
  })
  addEventListener('focus', () => {
    if (document.activeElement !== document.body || focusText()) return
    if (field?.isConnected) field.focus()
  })
}

/** Of an element that has its control in its shadow: that control. */
const deepest = (element: Element | null): Element | null =>
  element?.shadowRoot?.activeElement ?? element

/**
 * While a note or an edit is open, characters belong to it wherever the focus is, and so does undo.
 * The key of the note gives it the focus; named keys and the keys of a focused button keep their
 * meaning.
 */
function isForText(event: KeyboardEvent, command: EditorCommand | null): boolean {
  if (command?.do === 'note') return false
  if (command?.do === 'undo') return true
  const isModified = event.ctrlKey || event.altKey || event.metaKey
  const isPress = event.key === ' ' && event.target !== document.body
  return event.key.length === 1 && !isModified && !isPress
}

/** A held Enter would press the button under the focus again and again. */
function holdOnce(event: KeyboardEvent): void {
  if (event.repeat && event.key === 'Enter' && !isTextField(event)) event.preventDefault()
}

function isTextField(event: KeyboardEvent): boolean {
  return isField(event.composedPath()[0])
}

function isField(target: unknown): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLInputElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  )
}

function isSideways(command: EditorCommand): boolean {
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
