// The words, spaces and signs by which two texts differ.
import diffSequences from '@jest/diff-sequences'

export interface WordChange {
  text: string
  /** Which of the two texts has it. */
  in: 'both' | 'first' | 'other'
}

/**
 * A run of letters and digits, of white space, or one sign. Han and kana are written without
 * spaces: each is a word.
 */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_])+|\s+|[^]/gu

/** Comparisons of words, so that long texts without anything in common take a moment at most. */
const MOST_COMPARISONS = 10_000_000

class TooDifferent extends Error {}

/** @returns the changes in the order of both texts; null where they take too long to find. */
export function wordChanges(first: string, other: string): WordChange[] | null {
  const words = [first.match(WORD) ?? [], other.match(WORD) ?? []] as const
  const numbers = numbered(words)
  const changes: WordChange[] = []
  const ends: [number, number] = [0, 0]
  const add = (from: WordChange['in'], side: 0 | 1, end: number): void => {
    const text = words[side].slice(ends[side], end).join('')
    ends[side] = end
    if (text !== '') changes.push({ text, in: from })
  }
  const addBoth = (length: number, start: number, otherStart: number): void => {
    add('first', 0, start)
    add('other', 1, otherStart)
    add('both', 0, start + length)
    ends[1] = otherStart + length
  }
  let comparisons = 0
  const isCommon = (index: number, otherIndex: number): boolean => {
    if (++comparisons > MOST_COMPARISONS) throw new TooDifferent()
    return numbers[0][index] === numbers[1][otherIndex]
  }
  try {
    diffSequences(words[0].length, words[1].length, isCommon, addBoth)
  } catch (thrown) {
    if (thrown instanceof TooDifferent) return null
    throw thrown
  }
  add('first', 0, words[0].length)
  add('other', 1, words[1].length)
  return changes
}

/** Equal words have equal numbers: those are compared faster. */
function numbered(texts: readonly [string[], string[]]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>()
  const numberOf = (word: string): number => {
    const number = numbers.get(word) ?? numbers.size
    numbers.set(word, number)
    return number
  }
  return [Int32Array.from(texts[0], numberOf), Int32Array.from(texts[1], numberOf)]
}
