// The key bindings: one table for the keyboard, the buttons and the list of keys.

export const SIMPLE_COMMANDS = [
  'tie',
  'allBad',
  'skip',
  'rank',
  'edit',
  'note',
  'undo',
  'flag',
  'previous',
  'next',
  'first',
  'last',
  'nextOpen',
  'raw',
  'differences',
  'prompt',
  'pool',
  'guidelines',
  'search',
  'lookAgain',
  'another',
  'forAllBad',
  'keys',
] as const
export type SimpleCommand = (typeof SIMPLE_COMMANDS)[number]

/** A command of the label view. `best` names a response by its 0-based place on the screen. */
export type EditorCommand =
  { do: 'best'; index: number } | { do: SimpleCommand } | { do: 'try'; command: TryCommand }

/** A command of the view that tries two models. */
export type TryCommand = 'stop' | 'keep' | 'again' | 'write'

interface KeyBinding {
  /** As `KeyboardEvent.key` has it, lower case. */
  keys: readonly string[]
  /** As printed on the button. */
  shown: string
  /** As `aria-keyshortcuts` names it. */
  spoken: string
}

export const KEYS: Readonly<Record<SimpleCommand, KeyBinding>> = {
  tie: { keys: ['t', '0'], shown: 't', spoken: 'T' },
  allBad: { keys: ['b'], shown: 'b', spoken: 'B' },
  skip: { keys: ['s'], shown: 's', spoken: 'S' },
  rank: { keys: ['r'], shown: 'r', spoken: 'R' },
  edit: { keys: ['e'], shown: 'e', spoken: 'E' },
  note: { keys: ['n'], shown: 'n', spoken: 'N' },
  undo: { keys: ['u'], shown: 'u', spoken: 'U' },
  flag: { keys: ['f'], shown: 'f', spoken: 'F' },
  previous: { keys: ['arrowleft'], shown: '←', spoken: 'ArrowLeft' },
  next: { keys: ['arrowright'], shown: '→', spoken: 'ArrowRight' },
  first: { keys: ['home'], shown: 'Home', spoken: 'Home' },
  last: { keys: ['end'], shown: 'End', spoken: 'End' },
  nextOpen: { keys: ['o'], shown: 'o', spoken: 'O' },
  raw: { keys: ['m'], shown: 'm', spoken: 'M' },
  differences: { keys: ['d'], shown: 'd', spoken: 'D' },
  prompt: { keys: ['p'], shown: 'p', spoken: 'P' },
  pool: { keys: ['c'], shown: 'c', spoken: 'C' },
  guidelines: { keys: ['g'], shown: 'g', spoken: 'G' },
  search: { keys: ['/'], shown: '/', spoken: '/' },
  lookAgain: { keys: ['l'], shown: 'l', spoken: 'L' },
  another: { keys: ['a'], shown: 'a', spoken: 'A' },
  forAllBad: { keys: ['x'], shown: 'x', spoken: 'X' },
  keys: { keys: ['?'], shown: '?', spoken: 'Shift+?' },
}

/** Responses beyond have no key: there are no more digits. */
const DIGITS = 9

/** The keys of the first `k` responses, in their order. */
export const digitsFor = (k: number): string[] =>
  Array.from({ length: Math.min(k, DIGITS) }, (_, index) => String(index + 1))

/** The part of a KeyboardEvent that decides. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing'
>

/**
 * The command of a key press with `k` responses on the screen; null for keys without a command.
 * Repeated presses of a held key are ignored. Modified keys are left to VS Code, except undo.
 */
export function commandFor(press: KeyPress, k: number): EditorCommand | null {
  if (press.repeat || press.isComposing) return null
  if (isUndo(press)) return { do: 'undo' }
  if (press.ctrlKey || press.altKey || press.metaKey) return null
  const key = plainKey(press)
  const index = digitsFor(k).indexOf(key)
  if (index >= 0) return { do: 'best', index }
  const command = SIMPLE_COMMANDS.find((name) => KEYS[name].keys.includes(key))
  return command === undefined ? null : { do: command }
}

const GENERAL: readonly EditorCommand['do'][] = ['keys', 'search', 'lookAgain']

/** The commands that every view has. */
export function generalCommandFor(press: KeyPress): EditorCommand | null {
  const command = commandFor(press, 0)
  return command && GENERAL.includes(command.do) ? command : null
}

/** In any of the ways that platforms know. */
export function isUndoOrRedo(press: KeyPress): boolean {
  return (
    (press.ctrlKey || press.metaKey) &&
    !press.altKey &&
    ['z', 'y'].includes(press.key.toLowerCase())
  )
}

function isUndo(press: KeyPress): boolean {
  return (
    (press.ctrlKey || press.metaKey) && !press.altKey && !press.shiftKey && plainKey(press) === 'z'
  )
}

/**
 * The key without its layout's accidents: digits that need Shift (AZERTY), letters of other scripts
 * by their place. Shift and a named key mark text, which is the browser's business.
 */
function plainKey({ key, code, shiftKey }: KeyPress): string {
  if (/^\d$/.test(key)) return key
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit !== undefined && !shiftKey) return digit
  const letter = /^Key([A-Z])$/.exec(code)?.[1]

  if (letter !== undefined && !shiftKey && /^[^\x00-\x7f]$/.test(key)) return letter.toLowerCase()
  return shiftKey && (/^[a-z]$/i.test(key) || key.length > 1) ? '' : key.toLowerCase()
}
