// The words by which texts differ, or where they hardly overlap the words they share: between two,
// either way; of more than two, each from the first.
import { wordChanges } from './wordDiff'

export interface Piece {
  text: string
  marked: boolean
}

export interface Compared {
  pieces: Piece[]
  /** What the marks stand for; `nothing` for the first of more than two. */
  marks: 'differences' | 'shared' | 'nothing'
}

/** Of both texts: longer ones are not compared. */
const MOST_CHARACTERS = 100_000

/**
 * Texts that share less of the shorter one than this differ nearly everywhere: marks on all words
 * tell nothing, the few that they share do.
 */
const LEAST_OVERLAP = 0.35
/** In shorter texts every difference is seen at a glance. */
const LEAST_CHARACTERS = 60
/** A shared passage of fewer words is chance. */
const FEWEST_SHARED_WORDS = 3

/** For each text its pieces; null where it is too long or too different to be compared. */
export function differences([first = '', ...others]: readonly string[]): (Compared | null)[] {
  const compared = others.map((other) => between(first, other))
  const [only] = compared
  const ofFirst: Compared | null =
    compared.length === 1
      ? (only?.first ?? null)
      : { pieces: [{ text: first, marked: false }], marks: 'nothing' }
  return [ofFirst, ...compared.map((both) => both?.other ?? null)]
}

/** Spaces and line breaks are compared too, for the pieces must give the texts again. */
function between(first: string, other: string): { first: Compared; other: Compared } | null {
  if (first.length + other.length > MOST_CHARACTERS) return null
  const changes = wordChanges(first, other)
  if (!changes) return null
  const piecesOf = (side: 'first' | 'other'): Piece[] =>
    joined(
      changes
        .filter((change) => change.in === side || change.in === 'both')
        .map((change) => ({ text: change.text, marked: change.in === side })),
    )
  const both = [piecesOf('first'), piecesOf('other')] as const
  const marks = overlap(both) < LEAST_OVERLAP ? 'shared' : 'differences'
  const [ofFirst, ofOther] = marks === 'shared' ? [shared(both[0]), shared(both[1])] : both
  return { first: { pieces: ofFirst, marks }, other: { pieces: ofOther, marks } }
}

/** Share of the shorter text's characters that both have; 1 where that text is very short. */
function overlap([first, other]: readonly [Piece[], Piece[]]): number {
  const length = (pieces: readonly Piece[]): number =>
    pieces.reduce((sum, { text }) => sum + text.replace(/\s/g, '').length, 0)
  const shorter = Math.min(length(first), length(other))
  return shorter < LEAST_CHARACTERS ? 1 : length(first.filter(({ marked }) => !marked)) / shorter
}

/** The passages that both texts have are marked instead of those that differ. */
function shared(pieces: readonly Piece[]): Piece[] {
  return pieces.map(({ text, marked }) => ({
    text,
    marked: !marked && (text.match(/\S+/g) ?? []).length >= FEWEST_SHARED_WORDS,
  }))
}

/**
 * What the eye reads as one is one piece: spaces are marked between two marked words and nowhere
 * else; a line break never is.
 */
function joined(pieces: readonly Piece[]): Piece[] {
  const words = pieces.flatMap(({ text, marked }) =>
    text
      .split(/(\s+)/)
      .filter((part) => part !== '')
      .map((part) => ({ text: part, marked })),
  )
  const whole: Piece[] = []
  for (const [place, { text, marked: wordMarked }] of words.entries()) {
    const isSpace = text.trim() === ''
    const marked = isSpace
      ? !text.includes('\n') &&
        words[place - 1]?.marked === true &&
        words[place + 1]?.marked === true
      : wordMarked
    const last = whole.at(-1)
    if (last?.marked === marked) last.text += text
    else whole.push({ text, marked })
  }
  return whole
}
