// The parser of operands: literals, names, attributes, calls, filters and tests.
import type { CallArguments, Expression, FilterExpression } from './ast'
import type { Tokens } from './tokens'
import { Float } from './values'

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
const NO_ARGUMENTS: CallArguments = { positional: [], named: [], spread: null, namedSpread: null }

export abstract class OperandParser {
  /** Names read, in the macro bodies that are being parsed; the innermost is last. */
  private readonly reads: Set<string>[] = []

  constructor(protected readonly tokens: Tokens) {}

  abstract expression(): Expression
  abstract expressionOrTuple(): Expression

  /** Runs `parse` and returns what it returns with the names that it read. */
  protected collectReads<T>(parse: () => T): { result: T; reads: ReadonlySet<string> } {
    this.reads.push(new Set())
    const result = parse()
    const reads = this.reads.pop()!
    for (const name of reads) this.reads.at(-1)?.add(name)
    return { result, reads }
  }

  filter(operand: Expression | null): FilterExpression {
    const name = this.dottedName()
    const args = this.tokens.isOperator('(') ? this.callArguments() : NO_ARGUMENTS
    return { kind: 'filter', operand, name, args }
  }

  /** Filters in a row, applied to a block's text. */
  blockFilters(): FilterExpression {
    let filter = this.filter(null)
    while (this.tokens.skip('operator', '|')) filter = this.filter(filter)
    return filter
  }

  protected primary(): Expression {
    const { tokens } = this
    const { type } = tokens.current
    if (type === 'name') return this.nameOrConstant(tokens.next().value)
    if (type === 'integer') return { kind: 'constant', value: Number(tokens.next().value) }
    if (type === 'float') return { kind: 'constant', value: new Float(Number(tokens.next().value)) }
    if (type === 'string') {
      let value = ''
      while (tokens.is('string')) value += tokens.next().value
      return { kind: 'constant', value }
    }
    if (tokens.skip('operator', '(')) return this.closed(this.expressionOrTuple(), ')')
    if (tokens.skip('operator', '[')) {
      const items = this.separated(']', () => this.expression())
      return this.closed({ kind: 'list', items }, ']')
    }
    if (tokens.skip('operator', '{')) {
      const items = this.separated('}', () => this.dictItem())
      return this.closed({ kind: 'dict', items }, '}')
    }
    throw tokens.unexpected()
  }

  private nameOrConstant(name: string): Expression {
    const constant = CONSTANTS.get(name)
    if (constant !== undefined) return { kind: 'constant', value: constant }
    this.reads.at(-1)?.add(name)
    return { kind: 'name', name }
  }

  private closed(value: Expression, closing: string): Expression {
    this.tokens.expect('operator', closing)
    return value
  }

  private dictItem(): readonly [Expression, Expression] {
    const key = this.expression()
    this.tokens.expect('operator', ':')
    return [key, this.expression()]
  }

  private separated<T>(closing: string, element: () => T): T[] {
    const items: T[] = []
    while (!this.tokens.isOperator(closing)) {
      items.push(element())
      if (!this.tokens.skip('operator', ',')) break
    }
    return items
  }

  protected postfix(value: Expression): Expression {
    const { tokens } = this
    for (;;) {
      if (tokens.skip('operator', '.')) value = this.attribute(value)
      else if (tokens.skip('operator', '[')) value = this.subscript(value)
      else if (tokens.isOperator('('))
        value = { kind: 'call', callee: value, args: this.callArguments() }
      else return value
    }
  }

  private attribute(object: Expression): Expression {
    const { type, value } = this.tokens.current
    if (type === 'integer') {
      this.tokens.next()
      return { kind: 'item', object, key: { kind: 'constant', value: Number(value) } }
    }
    return { kind: 'attribute', object, name: this.tokens.expect('name').value }
  }

  private subscript(object: Expression): Expression {
    const { tokens } = this
    const start = tokens.isOperator(':') ? null : this.expressionOrTuple()
    if (start && tokens.skip('operator', ']')) return { kind: 'item', object, key: start }
    tokens.expect('operator', ':')
    const bound = (): Expression | null => (tokens.isOperator(':', ']') ? null : this.expression())
    const stop = bound()
    const step = tokens.skip('operator', ':') ? bound() : null
    tokens.expect('operator', ']')
    return { kind: 'slice', object, start, stop, step }
  }

  protected filtersAndTests(value: Expression): Expression {
    const { tokens } = this
    for (;;) {
      if (tokens.skip('operator', '|')) value = this.filter(value)
      else if (tokens.skip('name', 'is')) value = this.test(value)
      else if (tokens.isOperator('('))
        value = { kind: 'call', callee: value, args: this.callArguments() }
      else return value
    }
  }

  private test(operand: Expression): Expression {
    const { tokens } = this
    const negated = tokens.skip('name', 'not')
    const name = this.dottedName()
    let args = NO_ARGUMENTS
    if (tokens.isOperator('(')) args = this.callArguments()
    else if (this.isTestOperand())
      args = { ...NO_ARGUMENTS, positional: [this.postfix(this.primary())] }
    const test: Expression = { kind: 'test', operand, name, args }
    return negated ? { kind: 'not', operand: test } : test
  }

  private isTestOperand(): boolean {
    const { tokens } = this
    if (tokens.is('name')) return !tokens.isName('else', 'or', 'and', 'is', 'if', 'in', 'not')
    return (
      tokens.is('string') ||
      tokens.is('integer') ||
      tokens.is('float') ||
      tokens.isOperator('[', '{')
    )
  }

  private dottedName(): string {
    let { value } = this.tokens.expect('name')
    while (this.tokens.skip('operator', '.')) value += `.${this.tokens.expect('name').value}`
    return value
  }

  private callArguments(): CallArguments {
    const { tokens } = this
    const args: CallArguments = { positional: [], named: [], spread: null, namedSpread: null }
    tokens.expect('operator', '(')
    while (!tokens.isOperator(')')) {
      if (tokens.skip('operator', '*')) args.spread = this.expression()
      else if (tokens.skip('operator', '**')) args.namedSpread = this.expression()
      else if (tokens.is('name') && tokens.is('operator', '=', 1)) {
        const { value: name } = tokens.next()
        tokens.next()
        args.named.push([name, this.expression()])
      } else args.positional.push(this.expression())
      if (!tokens.skip('operator', ',')) break
    }
    tokens.expect('operator', ')')
    return args
  }
}
