// The words by which texts differ, or where they hardly overlap the words they share: between two,
// either way; of more than two, each from the first.
import { sharedWords, type Token } from './wordDiff'

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

function between(first: string, other: string): { first: Compared; other: Compared } | null {
  if (first.length + other.length > MOST_CHARACTERS) return null
  const words = sharedWords(first, other)
  if (!words) return null
  const both = [joined(words[0]), joined(words[1])] as const
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
 * Pieces of what differs. What the eye reads as one is one piece: white space is marked between two
 * marked words and nowhere else; a line break never is.
 */
function joined(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = []
  for (const [place, { text, shared: isShared }] of tokens.entries()) {
    const isSpace = text.trim() === ''
    const marked = isSpace
      ? !text.includes('\n') &&
        tokens[place - 1]?.shared === false &&
        tokens[place + 1]?.shared === false
      : !isShared
    const last = pieces.at(-1)
    if (last?.marked === marked) last.text += text
    else pieces.push({ text, marked })
  }
  return pieces
}
