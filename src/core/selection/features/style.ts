// Length and style of a text as numbers.

/** Numbers per text. */
export const STYLE_FEATURES = 15

const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu
const APOLOGY =
  /\b(?:sorry|apologi[sz]e|cannot|can['’]t|unable|as an? (?:ai|language model|assistant))\b/i

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** Length first; counts are log(1 + count), so a doubling counts the same at every length. */
export function styleOf(text: string): number[] {
  const words = text.match(WORD) ?? []
  const characters = Math.max(1, text.length)
  const length = Math.log1p(text.length)
  const distinct = new Set(words.map((word) => word.toLowerCase())).size
  return [
    length,
    length * length,
    Math.log1p(words.length),
    Math.log1p(countOf(text, /\n\s*\S/g)),
    Math.log1p(countOf(text, /^\s*(?:[-*•]|\d+[.)])\s/gm)),
    Math.log1p(countOf(text, /\*\*[^*\n]+\*\*|^#+\s/gm)),
    Math.log1p(countOf(text, /`/g)),
    Math.log1p(countOf(text, /\?/g)),
    Math.log1p(countOf(text, /!/g)),
    words.reduce((sum, word) => sum + word.length, 0) / Math.max(1, words.length),
    distinct / Math.sqrt(Math.max(1, words.length)),
    countOf(text, /\p{N}/gu) / characters,
    countOf(text, /\p{Lu}/gu) / characters,
    Number(/[.!?…"”)*`\]}>]\s*$/.test(text)),
    Number(APOLOGY.test(text.slice(0, 200))),
  ]
}
