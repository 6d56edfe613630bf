// The tokens of a template, read one after another.
import type { Token } from './lexer'
import { JinjaError } from './values'

export class Tokens {
  private position = 0

  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token {
    return this.tokens[this.position]!
  }

  /** Whether the token at `offset` from the current one has the type and value. */
  is(type: Token['type'], value?: string, offset = 0): boolean {
    const token = this.tokens[this.position + offset]
    return token?.type === type && (value === undefined || token.value === value)
  }

  isName(...names: string[]): boolean {
    return names.some((name) => this.is('name', name))
  }

  isOperator(...operators: string[]): boolean {
    return operators.some((operator) => this.is('operator', operator))
  }

  next(): Token {
    const { current } = this
    if (current.type !== 'end') this.position++
    return current
  }

  /** Reads the token if it is the expected one. */
  skip(type: Token['type'], value?: string): boolean {
    const matches = this.is(type, value)
    if (matches) this.next()
    return matches
  }

  expect(type: Token['type'], value?: string): Token {
    if (!this.is(type, value)) throw this.unexpected(value ?? type)
    return this.next()
  }

  unexpected(...wanted: readonly string[]): JinjaError {
    const { type, value, line } = this.current
    const found = type === 'end' ? 'end of template' : value === '' ? type : `'${value}'`
    return new JinjaError(
      wanted.length === 0
        ? `unexpected ${found}, line ${line}`
        : `expected ${wanted.map((one) => `'${one}'`).join(' or ')}, got ${found}, line ${line}`,
    )
  }
}
