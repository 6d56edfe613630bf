// The parser of templates: text, expressions and statements.
import type { Expression, MacroBody, Parameter, Statement, AssignmentTarget } from './ast'
import { ExpressionParser } from './expressions'
import { tokenize } from './lexer'
import { Tokens } from './tokens'
import { JinjaError } from './values'

/** @throws JinjaError for a source that is not a template. */
export function parseTemplate(source: string): Statement[] {
  return new StatementParser(new Tokens(tokenize(source))).statements()
}

class StatementParser extends ExpressionParser {
  /**
   * Statements up to one of the tags, whose name is then the current token; without tags, up to the
   * end of the template.
   */
  statements(...ends: string[]): Statement[] {
    const { tokens } = this
    const found: Statement[] = []
    for (;;) {
      if (tokens.is('text')) found.push({ kind: 'text', text: tokens.next().value })
      else if (tokens.skip('variable')) {
        found.push({ kind: 'output', value: this.expressionOrTuple() })
        tokens.expect('endVariable')
      } else if (tokens.skip('block')) {
        if (tokens.isName(...ends)) return found
        found.push(this.statement())
      } else if (ends.length === 0 && tokens.is('end')) return found
      else throw tokens.unexpected(...ends)
    }
  }

  /** The body of a tag, up to its end tag. */
  private body(end: string): Statement[] {
    this.tokens.expect('endBlock')
    const found = this.statements(end)
    this.tokens.next()
    this.tokens.expect('endBlock')
    return found
  }

  private statement(): Statement {
    const { tokens } = this
    const { value: tag, line } = tokens.expect('name')
    switch (tag) {
      case 'for':
        return this.forLoop()
      case 'if':
        return this.ifElse()
      case 'set':
        return this.set()
      case 'macro': {
        const { value: name } = tokens.expect('name')
        return { kind: 'macro', name, macro: this.macro(this.parameters(), 'endmacro') }
      }
      case 'call': {
        const parameters = tokens.isOperator('(') ? this.parameters() : []
        const call = this.expression()
        if (call.kind !== 'call') throw tokens.unexpected('call')
        return { kind: 'call', call, macro: this.macro(parameters, 'endcall') }
      }
      case 'filter':
        return { kind: 'filter', filter: this.blockFilters(), body: this.body('endfilter') }
      case 'with':
        return this.with()
      // marks the tokens of the assistant for training
      case 'generation':
        return { kind: 'block', body: this.body('endgeneration') }
      case 'break':
      case 'continue':
        tokens.expect('endBlock')
        return { kind: tag }
      default:
        throw new JinjaError(`Encountered unknown tag '${tag}', line ${line}`)
    }
  }

  private forLoop(): Statement {
    const { tokens } = this
    const target = this.target('in')
    tokens.expect('name', 'in')
    const items = this.expressionOrTuple(() => this.or(), 'recursive')
    const test = tokens.skip('name', 'if') ? this.expression() : null
    const recursive = tokens.skip('name', 'recursive')
    tokens.expect('endBlock')
    const body = this.statements('endfor', 'else')
    const loop = { kind: 'for', target, items, test, recursive, body } as const
    if (tokens.next().value === 'else') return { ...loop, otherwise: this.body('endfor') }
    tokens.expect('endBlock')
    return { ...loop, otherwise: [] }
  }

  /** After `if` or `elif`. */
  private ifElse(): Statement {
    const { tokens } = this
    const test = this.expressionOrTuple(() => this.or())
    tokens.expect('endBlock')
    const then = this.statements('elif', 'else', 'endif')
    switch (tokens.next().value) {
      case 'elif':
        return { kind: 'if', test, then, otherwise: [this.ifElse()] }
      case 'else':
        return { kind: 'if', test, then, otherwise: this.body('endif') }
      default:
        tokens.expect('endBlock')
        return { kind: 'if', test, then, otherwise: [] }
    }
  }

  private set(): Statement {
    const { tokens } = this
    const target = this.target()
    if (tokens.skip('operator', '=')) {
      const value = this.expressionOrTuple()
      tokens.expect('endBlock')
      return { kind: 'set', target, value }
    }
    const filter = tokens.skip('operator', '|') ? this.blockFilters() : null
    return { kind: 'setBlock', target, filter, body: this.body('endset') }
  }

  private with(): Statement {
    const { tokens } = this
    const values: (readonly [AssignmentTarget, Expression])[] = []
    while (!tokens.is('endBlock')) {
      if (values.length > 0) tokens.expect('operator', ',')
      const target = this.target('=')
      tokens.expect('operator', '=')
      values.push([target, this.expression()])
    }
    return { kind: 'with', values, body: this.body('endwith') }
  }

  private macro(parameters: Parameter[], end: string): MacroBody {
    const { result: body, reads } = this.collectReads(() => this.body(end))
    return { parameters, body, reads }
  }

  private parameters(): Parameter[] {
    const { tokens } = this
    const parameters: Parameter[] = []
    tokens.expect('operator', '(')
    while (!tokens.isOperator(')')) {
      const { value: name } = tokens.expect('name')
      const fallback = tokens.skip('operator', '=') ? this.expression() : null
      parameters.push({ name, fallback })
      if (!tokens.skip('operator', ',')) break
    }
    tokens.expect('operator', ')')
    return parameters
  }
}
