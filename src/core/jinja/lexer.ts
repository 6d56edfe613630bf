// A template's source to tokens, with Jinja's rules for whitespace around tags. As transformers
// configures it: `trim_blocks` and `lstrip_blocks` are on, a line end at the end is dropped.
import { SPACE, stripEnd } from './python'
import { JinjaError } from './values'

export interface Token {
  type:
    | 'text'
    | 'block'
    | 'endBlock'
    | 'variable'
    | 'endVariable'
    | 'name'
    | 'string'
    | 'integer'
    | 'float'
    | 'operator'
    | 'end'
  value: string
  /** 1-based. */
  line: number
}

const S = `[${SPACE}]*`
/** The next tag: `{% raw %}` first, then a comment, a statement or an expression. */
const TAG = new RegExp(
  String.raw`\{%(?<raw>[-+]?)${S}raw${S}(?:-%\}${S}|%\})|\{(?<kind>[#%{])(?<sign>[-+]?)`,
  'g',
)
const COMMENT_END = new RegExp(String.raw`\+#\}|-#\}${S}|#\}\n?`, 'g')
const RAW_END = new RegExp(String.raw`\{%([-+]?)${S}endraw${S}(?:\+%\}|-%\}${S}|%\}\n?)`, 'g')
const BLOCK_END = new RegExp(String.raw`\+%\}|-%\}${S}|%\}\n?`, 'y')
const VARIABLE_END = new RegExp(String.raw`-\}\}${S}|\}\}`, 'y')

const SPACES = new RegExp(`[${SPACE}]+`, 'y')
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy
const NAME = /[\p{L}\p{M}\p{N}_]+/uy
const STRING = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** @throws JinjaError for a source that is not a template. */
export function tokenize(source: string): Token[] {
  return new Lexer(source.replace(/\r\n?/g, '\n').replace(/\n$/, '')).tokens()
}

class Lexer {
  private position = 0
  private line = 1
  private readonly found: Token[] = []
  /** Whether the text at the position begins a line: the last tag took the line end. */
  private atLineStart = true

  constructor(private readonly source: string) {}

  tokens(): Token[] {
    for (;;) {
      const tag = this.search(TAG)
      if (!tag) break
      const { raw, kind, sign = '' } = tag.groups as Record<string, string | undefined>
      const before = this.source.slice(this.position, tag.index)
      this.addText(kind === '{' && sign !== '-' ? before : this.stripped(before, raw ?? sign))
      this.moveTo(tag.index + tag[0].length)
      if (raw !== undefined) this.readRaw()
      else if (kind === '#') this.skipComment()
      else if (kind === '%') this.readTag('block', 'endBlock', BLOCK_END)
      else this.readTag('variable', 'endVariable', VARIABLE_END)
    }
    this.addText(this.source.slice(this.position))
    this.moveTo(this.source.length)
    this.add('end', '')
    return this.found
  }

  /** The text before a tag, without the whitespace that the tag removes. */
  private stripped(before: string, sign: string): string {
    if (sign === '-') return stripEnd(before)
    const lineStart = before.lastIndexOf('\n') + 1
    const isIndent = stripEnd(before.slice(lineStart)) === ''
    return sign !== '+' && isIndent && (lineStart > 0 || this.atLineStart)
      ? before.slice(0, lineStart)
      : before
  }

  private readRaw(): void {
    const end = this.search(RAW_END)
    if (!end) throw this.error('Missing end of raw directive')
    this.addText(this.stripped(this.source.slice(this.position, end.index), end[1] ?? ''))
    this.moveTo(end.index + end[0].length)
  }

  private skipComment(): void {
    const end = this.search(COMMENT_END)
    if (!end) throw this.error('Missing end of comment tag')
    this.moveTo(end.index + end[0].length)
  }

  private readTag(begin: Token['type'], end: Token['type'], closing: RegExp): void {
    this.add(begin, '')
    const open: string[] = []
    while (this.position < this.source.length) {
      if (open.length === 0 && this.take(closing) !== undefined) {
        this.add(end, '')
        return
      }
      if (this.take(SPACES) === undefined) this.readToken(open)
    }
    throw this.error('unexpected end of template')
  }

  private readToken(open: string[]): void {
    const float = this.take(FLOAT)
    if (float !== undefined) return this.add('float', float.replaceAll('_', ''))
    const integer = this.take(INTEGER)
    if (integer !== undefined) return this.add('integer', integer.replaceAll('_', ''))
    const name = this.take(NAME)
    if (name !== undefined) return this.add('name', name)
    const string = this.take(STRING)
    if (string !== undefined) return this.add('string', unescaped(string.slice(1, -1)))
    const operator = this.take(OPERATOR)
    if (operator === undefined)
      throw this.error(`unexpected char '${this.source[this.position] ?? ''}'`)
    const closes = CLOSING[operator]
    if (closes !== undefined) open.push(closes)
    else if (')]}'.includes(operator) && open.pop() !== operator)
      throw this.error(`unexpected '${operator}'`)
    this.add('operator', operator)
  }

  private search(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position
    return pattern.exec(this.source)
  }

  private take(pattern: RegExp): string | undefined {
    const match = this.search(pattern)?.[0]
    if (match !== undefined) this.moveTo(this.position + match.length)
    return match
  }

  private moveTo(position: number): void {
    if (position > 0) this.atLineStart = this.source[position - 1] === '\n'
    this.line += this.source.slice(this.position, position).split('\n').length - 1
    this.position = position
  }

  private addText(value: string): void {
    if (value !== '') this.add('text', value)
  }

  private add(type: Token['type'], value: string): void {
    this.found.push({ type, value, line: this.line })
  }

  private error(message: string): JinjaError {
    return new JinjaError(`${message}, line ${this.line}`)
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text of a string literal, with Python's escapes. An unknown escape stays as it is. */
const unescaped = (body: string): string =>
  body.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
    (whole, x?: string, u?: string, long?: string, octal?: string, other?: string) => {
      const hex = x ?? u ?? long
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16))
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8))
      return SIMPLE_ESCAPES[other ?? ''] ?? whole
    },
  )
