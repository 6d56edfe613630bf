// Texts in UTF-16 and UTF-32, with a byte order mark or without one.
import { beginsAsUtf8 } from './lines'

export type WideEncoding = 'UTF-16LE' | 'UTF-16BE' | 'UTF-32LE' | 'UTF-32BE'

/** Byte order marks as latin1; the longer one of two that begin alike comes first. */
const MARKS: readonly (readonly [mark: string, encoding: WideEncoding])[] = [
  ['\xff\xfe\0\0', 'UTF-32LE'],
  ['\0\0\xfe\xff', 'UTF-32BE'],
  ['\xff\xfe', 'UTF-16LE'],
  ['\xfe\xff', 'UTF-16BE'],
]

/** Share of zero bytes at even or odd places from which on ASCII text is UTF-16. */
const ASCII_ZEROS = 0.3

/** Two bytes of text beyond ASCII: line ends and blanks alone have a zero byte. */
const LETTERS = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\s]+$/u

/** The encoding of a text that begins with these bytes; null for UTF-8 and what is no text. */
export function wideEncoding(head: Buffer): WideEncoding | null {
  const start = head.toString('latin1', 0, 4)
  const marked = MARKS.find(([mark]) => start.startsWith(mark))
  if (marked) return marked[1]
  const zeros = [0, 0, 0, 0]
  for (const [place, byte] of head.entries()) if (byte === 0) zeros[place % 4]!++
  const [first, second, third, fourth] = zeros as [number, number, number, number]
  if (first + second + third + fourth === 0) return null
  const quarter = head.length / 4
  if (Math.min(third, fourth) > quarter * 0.9 && first < quarter * 0.1) return 'UTF-32LE'
  if (Math.min(first, second) > quarter * 0.9 && fourth < quarter * 0.1) return 'UTF-32BE'
  const even = first + third
  const odd = second + fourth
  if (isMostly(odd, even, head)) return 'UTF-16LE'
  if (isMostly(even, odd, head)) return 'UTF-16BE'
  if (isNarrow(head)) return null
  if (even === 0 && isText(head)) return 'UTF-16LE'
  if (odd === 0 && isText(swapped(head))) return 'UTF-16BE'
  return byCharacters(head)
}

/** Characters of Chinese, Japanese and Korean, of which 一 (U+4E00) has a zero byte. */
const CHARACTERS = /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/g

/** The order of bytes in which more of them are such characters, if all are text in it. */
function byCharacters(head: Buffer): WideEncoding | null {
  const [little, big] = [head, swapped(head)].map((bytes) =>
    isText(bytes) ? (bytes.toString('utf16le').match(CHARACTERS)?.length ?? 0) : 0,
  ) as [number, number]
  if (Math.max(little, big) < head.length / 4) return null
  return little > big ? 'UTF-16LE' : 'UTF-16BE'
}

const isMostly = (zeros: number, others: number, { length }: Buffer): boolean =>
  zeros > ASCII_ZEROS * Math.ceil(length / 2) && others < zeros / 4

/** Whether bytes, not counting a half character at the end, are a text of UTF-16LE. */
const isText = (bytes: Buffer): boolean =>
  LETTERS.test(bytes.toString('utf16le', 0, bytes.length - (bytes.length % 2)))

/** Bytes that no text in UTF-8 holds, as latin1; UTF-16 has them as high bytes of alphabets. */
const CONTROLS = /[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]/

/**
 * Whether bytes are UTF-8 for all that a zero byte is among them: two letters of ASCII would be a
 * character of Chinese.
 */
const isNarrow = (head: Buffer): boolean =>
  beginsAsUtf8(head) && !CONTROLS.test(head.toString('latin1'))

const swapped = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16()
