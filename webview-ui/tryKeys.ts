// The keys of the view that tries two models: those of labelling that vote, and its own.
import type { TryPairView } from '../src/shared/tryView'
import {
  type EditorCommand,
  commandFor,
  generalCommandFor,
  type KeyPress,
  type TryCommand,
} from './keys'

/** As `KeyboardEvent.key` has them. */
export const TRY_KEYS: Readonly<Record<TryCommand, string>> = {
  stop: 'Escape',
  keep: 'k',
  again: 'r',
  write: 'n',
}

const VOTES = ['best', 'tie', 'allBad']

/** The command of a key press while this pair is shown; null for keys without one. */
export function tryCommandFor(press: KeyPress, pair: TryPairView | null): EditorCommand | null {
  const general = generalCommandFor(press)
  if (general) return general
  const command = commandFor(press, pair?.answers.length ?? 0)
  if (command && VOTES.includes(command.do)) return pair?.phase === 'answered' ? command : null
  if (command?.do === 'undo') return pair?.kept === 'kept' ? command : null
  const own = ownCommand(press)
  return own && offersOwn(own, pair) ? { do: 'try', command: own } : null
}

/** Whether the view offers a command of its own for this pair. */
export function offersOwn(command: TryCommand, pair: TryPairView | null): boolean {
  const phase = pair?.phase
  switch (command) {
    case 'stop':
      return phase === 'answering'
    case 'keep':
      return phase === 'voted' && (pair?.kept === 'no' || pair?.kept === 'undone')
    case 'again':
      return phase === 'voted' || phase === 'stopped' || phase === 'failed'
    case 'write':
      return phase !== 'answering' && phase !== 'answered'
  }
}

function ownCommand(press: KeyPress): TryCommand | undefined {
  const isModified = press.ctrlKey || press.altKey || press.metaKey || press.shiftKey
  if (press.repeat || press.isComposing || isModified) return undefined
  const names = Object.keys(TRY_KEYS) as TryCommand[]
  return names.find((name) => TRY_KEYS[name] === press.key)
}
