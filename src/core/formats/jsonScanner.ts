// Finds the rows of a JSON text of any length, given in pieces, without parsing it as a whole: the
// elements of a list, the values of an object, or values one after another. Each row is parsed by
// itself: memory follows the size of a row, a broken row does not end the others, and each row has
// its line. Libraries that parse JSON as a stream offer none of these three.

import { DEEPEST_JSON } from './jsonText'

/** Which values of the text are its rows. */
export type RowsAt =
  | { in: 'text' } // values one after another
  | { in: 'list' } // elements of the list at the top
  | { in: 'object' } // values of the object at the top
  | { in: 'key'; key: string } // elements of the list under a key of the object at the top

export interface ScannedRow {
  text: string
  /** 1-based line and column on which it begins. */
  line: number
  column: number
}

export interface ScanProblem {
  problem: 'unclosed' | 'unopened' | 'comma' | 'deep'
  line: number
  column: number
}

export class JsonScanner {
  private depth = 0
  private line = 1
  /** Characters before the current piece, and before the current line. */
  private offset = 0
  private lineStart = 0
  private isInString = false
  private isEscaped = false
  private isTargetOpen: boolean
  private needsComma = false
  private key = ''
  /** The string at depth 1 that is being read, which may be a key. */
  private keyText: string | null = null
  private row: { text: string; line: number; column: number; isScalar: boolean } | null = null
  private readonly rowDepth: number

  constructor(private readonly rowsAt: RowsAt) {
    this.rowDepth = { text: 0, list: 1, object: 1, key: 2 }[rowsAt.in]
    this.isTargetOpen = rowsAt.in !== 'key'
  }

  /** The rows that end in this piece. */
  *scan(piece: string): Generator<ScannedRow | ScanProblem, undefined> {
    let from = 0
    for (let at = 0; at < piece.length; at++) {
      const character = piece.charCodeAt(at)
      if (character === 10) {
        this.line++
        this.lineStart = this.offset + at + 1
      }
      if (this.isInString) {
        if (this.isEscaped) this.isEscaped = false
        else if (character === BACKSLASH) this.isEscaped = true
        else if (character === QUOTE) {
          this.isInString = false
          if (this.row && this.depth === this.rowDepth) {
            yield this.endRow(piece.slice(from, at + 1))
            continue
          }
        }
        if (this.keyText !== null && this.isInString) this.keyText += piece[at] ?? ''
        continue
      }
      if (character <= 32 || character === COMMA || character === COLON) {
        if (this.row?.isScalar) yield this.endRow(piece.slice(from, at))
        if (character === COMMA) this.needsComma = false
        else if (character === COLON && this.depth === 1 && this.keyText !== null) {
          this.key = this.keyText
          this.keyText = null
        }
        continue
      }
      const isClosing = character === CLOSE_BRACE || character === CLOSE_BRACKET
      if (isClosing) {
        if (this.row?.isScalar) yield this.endRow(piece.slice(from, at))
        this.depth--
        if (this.depth < 0) {
          this.depth = 0
          yield this.problem('unopened', at)
        } else if (this.row && this.depth === this.rowDepth)
          yield this.endRow(piece.slice(from, at + 1))
        else if (this.depth < this.rowDepth && this.rowsAt.in === 'key') this.isTargetOpen = false
        continue
      }
      if (!this.row && this.startsRow(character)) {
        if (this.needsComma && this.rowsAt.in !== 'text') yield this.problem('comma', at)
        from = at
        this.row = { text: '', ...this.place(at), isScalar: false }
        if (character !== QUOTE && character !== OPEN_BRACE && character !== OPEN_BRACKET)
          this.row.isScalar = true
      }
      if (character === QUOTE) {
        this.isInString = true
        if (this.depth === 1 && this.rowDepth > 0 && !this.row) this.keyText = ''
      } else if (character === OPEN_BRACE || character === OPEN_BRACKET) {
        if (
          this.rowsAt.in === 'key' &&
          this.depth === 1 &&
          character === OPEN_BRACKET &&
          this.key === this.rowsAt.key
        )
          this.isTargetOpen = true
        this.depth++
      }
    }
    if (this.row) this.row.text += piece.slice(from)
    this.offset += piece.length
  }

  /** What the end of the text ends. */
  *end(): Generator<ScannedRow | ScanProblem, undefined> {
    if (this.row?.isScalar) yield this.endRow('')
    if (this.depth > DEEPEST_JSON) yield this.problem('deep', 0)
    else if (this.depth > 0 || this.isInString) yield this.problem('unclosed', 0)
  }

  /** Whether a value that begins now is a row. */
  private startsRow(character: number): boolean {
    if (this.depth !== this.rowDepth || !this.isTargetOpen) return false
    // in an object, a string before a colon is a key
    if (this.rowsAt.in === 'object') return character === OPEN_BRACE || character === OPEN_BRACKET
    return true
  }

  private endRow(rest: string): ScannedRow {
    const { text = '', line = 1, column = 1 } = this.row ?? {}
    this.row = null
    this.needsComma = true
    return { text: text + rest, line, column }
  }

  private problem(problem: ScanProblem['problem'], at: number): ScanProblem {
    return { problem, ...this.place(at) }
  }

  private place(at: number): { line: number; column: number } {
    return { line: this.line, column: this.offset + at - this.lineStart + 1 }
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
