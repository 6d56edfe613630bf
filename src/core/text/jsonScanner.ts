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
  | { in: 'key'; keys: readonly string[] } // elements of the lists under keys of the object at the top

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

interface OpenRow {
  /** What earlier pieces hold of it. */
  text: string
  line: number
  column: number
  /** A number, true, false or null: what follows ends it. */
  isScalar: boolean
}

type Found = ScannedRow | ScanProblem | null

export class JsonScanner {
  private readonly rowDepth: number
  private depth = 0
  private isInString = false
  private isEscaped = false
  /** Whether the scan is within what holds the rows. */
  private isTargetOpen: boolean
  private needsComma = false
  /** The key at depth 1 whose value is being read. */
  private key = ''
  /** The string at depth 1 that is being read, which may be a key. */
  private string: string | null = null
  private row: OpenRow | null = null
  private piece = ''
  /** Where the row that is being read begins in the piece. */
  private rowStart = 0
  private line = 1
  /** Characters before the piece, and before the line. */
  private offset = 0
  private lineStart = 0

  constructor(private readonly rowsAt: RowsAt) {
    this.rowDepth = { text: 0, list: 1, object: 1, key: 2 }[rowsAt.in]
    this.isTargetOpen = rowsAt.in !== 'key'
  }

  /** The rows that end in this piece. */
  *scan(piece: string): Generator<ScannedRow | ScanProblem, undefined> {
    this.piece = piece
    this.rowStart = 0
    for (let at = 0; at < piece.length; at++) {
      const found = this.step(piece.charCodeAt(at), at)
      if (found) yield found
    }
    if (this.row) this.row.text += piece.slice(this.rowStart)
    this.offset += piece.length
    this.piece = ''
  }

  /** What the end of the text ends. */
  *end(): Generator<ScannedRow | ScanProblem, undefined> {
    if (this.row?.isScalar) yield this.endRow(0)
    if (this.depth > DEEPEST_JSON) yield this.problem('deep', 0)
    else if (this.depth > 0 || this.isInString) yield this.problem('unclosed', 0)
  }

  private step(character: number, at: number): Found {
    if (character === LINE_FEED) {
      this.line++
      this.lineStart = this.offset + at + 1
    }
    if (this.isInString) return this.readString(character, at)
    if (character <= SPACE || character === COMMA || character === COLON)
      return this.separate(character, at)
    if (character === CLOSE_BRACE || character === CLOSE_BRACKET) return this.close(at)
    return this.begin(character, at)
  }

  private readString(character: number, at: number): Found {
    if (this.isEscaped) this.isEscaped = false
    else if (character === BACKSLASH) this.isEscaped = true
    else if (character === QUOTE) {
      this.isInString = false
      return this.row && this.depth === this.rowDepth ? this.endRow(at + 1) : null
    }
    if (this.string !== null) this.string += this.piece[at]!
    return null
  }

  private separate(character: number, at: number): Found {
    const ended = this.row?.isScalar ? this.endRow(at) : null
    if (character === COMMA) this.needsComma = false
    else if (character === COLON && this.depth === 1) this.key = this.string ?? ''
    return ended
  }

  private close(at: number): Found {
    const ended = this.row?.isScalar ? this.endRow(at) : null
    this.depth--
    if (this.depth < 0) {
      this.depth = 0
      return this.problem('unopened', at)
    }
    if (this.row && this.depth === this.rowDepth) return this.endRow(at + 1)
    if (this.depth < this.rowDepth && this.rowsAt.in === 'key') this.isTargetOpen = false
    return ended
  }

  /** A bracket, a string, or a character of a scalar. */
  private begin(character: number, at: number): Found {
    const isOpening = character === OPEN_BRACE || character === OPEN_BRACKET
    let problem: Found = null
    if (!this.row && this.isRow(isOpening)) {
      if (this.needsComma && this.rowsAt.in !== 'text') problem = this.problem('comma', at)
      this.rowStart = at
      this.row = { text: '', ...this.place(at), isScalar: !isOpening && character !== QUOTE }
    }
    if (character === QUOTE) {
      this.isInString = true
      this.string = this.depth === 1 && !this.row ? '' : null
    } else if (isOpening) {
      if (this.depth === 1 && this.rowsAt.in === 'key' && character === OPEN_BRACKET)
        this.isTargetOpen = this.rowsAt.keys.includes(this.key)
      this.depth++
    }
    return problem
  }

  /** Whether a value that begins now is a row; strings within an object may be keys. */
  private isRow(isOpening: boolean): boolean {
    return (
      this.depth === this.rowDepth &&
      this.isTargetOpen &&
      (isOpening || this.rowsAt.in !== 'object')
    )
  }

  /** @param end of the row in the piece. */
  private endRow(end: number): ScannedRow {
    const { text, line, column } = this.row!
    this.row = null
    this.needsComma = true
    return { text: text + this.piece.slice(this.rowStart, end), line, column }
  }

  private problem(problem: ScanProblem['problem'], at: number): ScanProblem {
    return { problem, ...this.place(at) }
  }

  private place(at: number): { line: number; column: number } {
    return { line: this.line, column: this.offset + at - this.lineStart + 1 }
  }
}

/** Whether a text ends within a value: a bracket or a string is open. */
export function endsWithinValue(text: string): boolean {
  const scanner = new JsonScanner({ in: 'text' })
  for (const found of scanner.scan(text)) if ('problem' in found) return false
  const [end] = scanner.end()
  return end !== undefined && 'problem' in end && end.problem === 'unclosed'
}

const LINE_FEED = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
