// The words by which responses differ: between two, either way; of more than two, each from the
// first.
import { diffWordsWithSpace } from 'diff'
import type { ResponseView } from '../src/shared/editorProtocol'

export interface Piece {
  text: string
  differs: boolean
}

/**
 * Bounds on the work, so that a long or wholly different text costs a moment at most: characters of
 * both, edits, milliseconds.
 */
const MOST_CHARACTERS = 100_000
const MOST_EDITS = 4000
const LIMIT_MS = 250

const known = new WeakMap<readonly ResponseView[], (Piece[] | null)[]>()

/**
 * For each response its text in pieces; null where it is too long or too different. Computed once
 * for a list.
 */
export function differences(responses: readonly ResponseView[]): (Piece[] | null)[] {
  const before = known.get(responses)
  if (before) return before
  const computed = compare(responses.map(({ text }) => text))
  known.set(responses, computed)
  return computed
}

function compare([first = '', ...others]: string[]): (Piece[] | null)[] {
  const compared = others.map((other) => between(first, other))
  const [only] = compared
  const firstPieces =
    compared.length === 1 ? (only?.first ?? null) : [{ text: first, differs: false }]
  return [firstPieces, ...compared.map((both) => both?.other ?? null)]
}

/** Spaces and line breaks are compared too, for the pieces must give the texts again. */
function between(first: string, other: string): { first: Piece[]; other: Piece[] } | null {
  if (first.length + other.length > MOST_CHARACTERS) return null
  const changes = diffWordsWithSpace(first, other, { maxEditLength: MOST_EDITS, timeout: LIMIT_MS })
  if (!changes) return null
  const piecesWithout = (absent: 'added' | 'removed'): Piece[] =>
    joined(
      changes
        .filter((change) => !change[absent])
        .map(({ value, added, removed }) => ({ text: value, differs: added || removed })),
    )
  return { first: piecesWithout('added'), other: piecesWithout('removed') }
}

/**
 * What the eye reads as one is one piece: spaces differ between two words that do, and nowhere
 * else; a line break never does.
 */
function joined(pieces: readonly Piece[]): Piece[] {
  const words = pieces.flatMap(({ text, differs }) =>
    text
      .split(/(\s+)/)
      .filter((part) => part !== '')
      .map((part) => ({ text: part, differs })),
  )
  const whole: Piece[] = []
  for (const [place, { text, differs: wordDiffers }] of words.entries()) {
    const isSpace = text.trim() === ''
    const differs = isSpace
      ? !text.includes('\n') &&
        words[place - 1]?.differs === true &&
        words[place + 1]?.differs === true
      : wordDiffers
    const last = whole.at(-1)
    if (last?.differs === differs) last.text += text
    else whole.push({ text, differs })
  }
  return whole
}
