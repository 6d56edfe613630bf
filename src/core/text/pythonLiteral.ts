// Lists and dictionaries as Python prints them: what pandas writes into the cells of a table. NumPy
// prints no commas between the elements of an array.

const NUMBER = /[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|inf|nan)/y
const STRING_START = /[bBrRuUfF]{0,2}('''|"""|'|")/y
const WORDS: Readonly<Record<string, unknown>> = { None: null, True: true, False: false, nan: null }
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  '\n': '',
}
/** Deeper literals are no rows of a data set. */
const DEEPEST = 100

/** The value of a Python literal; undefined when the text is none. */
export function parsePythonLiteral(text: string): { value: unknown } | undefined {
  const reader = new Reader(text)
  try {
    const value = reader.value(0)
    return reader.isAtEnd() ? { value } : undefined
  } catch (thrown) {
    if (thrown instanceof NoLiteral) return undefined
    throw thrown
  }
}

class NoLiteral extends Error {}

class Reader {
  private at = 0

  constructor(private readonly text: string) {}

  isAtEnd(): boolean {
    this.skipBlanks()
    return this.at === this.text.length
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw new NoLiteral()
    this.skipBlanks()
    if (this.take('[')) return this.elements(']', depth)
    if (this.take('(')) return this.elements(')', depth)
    if (this.take('{')) return this.entries(depth)
    if (this.take('array(')) return this.array(depth)
    const quote = this.match(STRING_START)
    if (quote) return this.strings(quote)
    const number = this.match(NUMBER)
    if (number) return Number.isFinite(Number(number[0])) ? Number(number[0]) : null
    const word = this.match(/[A-Za-z]\w*/y)?.[0] ?? ''
    if (!Object.hasOwn(WORDS, word)) throw new NoLiteral()
    return WORDS[word]
  }

  /** `array([…], dtype=object)` */
  private array(depth: number): unknown {
    const value = this.value(depth + 1)
    this.match(/\s*,\s*dtype=[^)]*/y)
    this.expect(')')
    return value
  }

  private elements(end: string, depth: number): unknown[] {
    const list: unknown[] = []
    while (!this.takeEnd(end)) {
      list.push(this.value(depth + 1))
      this.skipBlanks()
      this.take(',')
    }
    return list
  }

  private entries(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = []
    while (!this.takeEnd('}')) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string' && typeof key !== 'number') throw new NoLiteral()
      this.skipBlanks()
      this.expect(':')
      entries.push([String(key), this.value(depth + 1)])
      this.skipBlanks()
      this.take(',')
    }
    return Object.fromEntries(entries)
  }

  private strings([prefix = '', quote = '']: RegExpExecArray): string {
    const isRaw = /r/i.test(prefix.slice(0, -quote.length))
    let text = ''
    while (!this.take(quote)) {
      const character = this.text[this.at]
      if (character === undefined) throw new NoLiteral()
      this.at++
      text += character === '\\' && !isRaw ? this.escape() : character
    }
    return text
  }

  private escape(): string {
    const hex = this.match(/x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})/y)
    if (hex) {
      const code = parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16)
      if (code > 0x10ffff) throw new NoLiteral()
      return String.fromCodePoint(code)
    }
    const character = this.text[this.at++]
    if (character === undefined) throw new NoLiteral()
    if (Object.hasOwn(ESCAPES, character)) return ESCAPES[character] ?? ''
    return /['"\\]/.test(character) ? character : `\\${character}`
  }

  private takeEnd(end: string): boolean {
    this.skipBlanks()
    return this.take(end)
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new NoLiteral()
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) this.at = pattern.lastIndex
    return found
  }

  private skipBlanks(): void {
    this.match(/\s+/y)
  }
}
