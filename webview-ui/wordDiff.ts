// The words and signs that two texts share, in the order of both.
import diffSequences from '@jest/diff-sequences'

export interface Token {
  /** A word, a sign, or white space. */
  text: string
  /** Whether the other text has it at the same place of what both share; white space never. */
  shared: boolean
}

/**
 * A run of letters and digits, of white space, or one sign. Han and kana are written without
 * spaces: each is a word.
 */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_])+|\s+|[^]/gu

/** Comparisons of words, so that long texts without anything in common take a moment at most. */
const MOST_COMPARISONS = 10_000_000

class TooDifferent extends Error {}

/**
 * The tokens of both texts; together they give each text again. Words that only one of the texts
 * has are not compared: they are in no longest common sequence.
 * @returns null where the comparison takes too long.
 */
export function sharedWords(first: string, other: string): [Token[], Token[]] | null {
  const tokens: [Token[], Token[]] = [tokensOf(first), tokensOf(other)]
  const words = [wordsAlsoIn(tokens[0], tokens[1]), wordsAlsoIn(tokens[1], tokens[0])] as const
  const numbers = numbered(words)
  let comparisons = 0
  const isCommon = (index: number, otherIndex: number): boolean => {
    if (++comparisons > MOST_COMPARISONS) throw new TooDifferent()
    return numbers[0][index] === numbers[1][otherIndex]
  }
  const share = (length: number, start: number, otherStart: number): void => {
    for (const word of words[0].slice(start, start + length)) word.shared = true
    for (const word of words[1].slice(otherStart, otherStart + length)) word.shared = true
  }
  try {
    diffSequences(words[0].length, words[1].length, isCommon, share)
  } catch (thrown) {
    if (thrown instanceof TooDifferent) return null
    throw thrown
  }
  return tokens
}

const tokensOf = (text: string): Token[] =>
  (text.match(TOKEN) ?? []).map((token) => ({ text: token, shared: false }))

function wordsAlsoIn(tokens: readonly Token[], others: readonly Token[]): Token[] {
  const known = new Set(others.map(({ text }) => text))
  return tokens.filter(({ text }) => text.trim() !== '' && known.has(text))
}

/** Equal words have equal numbers: those are compared faster. */
function numbered(words: readonly [Token[], Token[]]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>()
  const numberOf = ({ text }: Token): number => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  return [Int32Array.from(words[0], numberOf), Int32Array.from(words[1], numberOf)]
}
