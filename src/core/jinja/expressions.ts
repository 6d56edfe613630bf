// The parser of expressions with operators, by ascending precedence, and of assignment targets.
import type { BinaryOperator, ComparisonOperator, Expression, AssignmentTarget } from './ast'
import { OperandParser } from './operands'

const COMPARISONS: readonly ComparisonOperator[] = ['==', '!=', '<', '<=', '>', '>=']
export class ExpressionParser extends OperandParser {
  override expression(): Expression {
    let value = this.or()
    while (this.tokens.skip('name', 'if')) {
      const test = this.or()
      const otherwise = this.tokens.skip('name', 'else') ? this.expression() : null
      value = { kind: 'condition', test, then: value, otherwise }
    }
    return value
  }

  /**
   * One expression, or a tuple without parentheses.
   * @param element parses the elements: {@link expression}, or {@link or} where `if` has another
   *   meaning.
   */
  override expressionOrTuple(
    element = (): Expression => this.expression(),
    end?: string,
  ): Expression {
    const { tokens } = this
    const items: Expression[] = []
    const atEnd = (): boolean =>
      tokens.is('endVariable') ||
      tokens.is('endBlock') ||
      tokens.isOperator(')') ||
      (end !== undefined && tokens.isName(end))
    if (tokens.isOperator(')')) return { kind: 'tuple', items }
    do {
      if (items.length > 0 && atEnd()) return { kind: 'tuple', items }
      items.push(element())
    } while (tokens.skip('operator', ','))
    const [only] = items
    return only && items.length === 1 ? only : { kind: 'tuple', items }
  }

  /** Operands of `or`: an expression without a condition. */
  or(): Expression {
    let left = this.and()
    while (this.tokens.skip('name', 'or')) left = { kind: 'or', left, right: this.and() }
    return left
  }

  target(end?: string): AssignmentTarget {
    const { tokens } = this
    const targets: AssignmentTarget[] = []
    let isTuple = false
    do {
      if (targets.length > 0 && end !== undefined && tokens.isName(end)) break
      targets.push(this.singleTarget())
      isTuple ||= tokens.isOperator(',')
    } while (tokens.skip('operator', ','))
    const [only] = targets
    return only && !isTuple ? only : { kind: 'tuple', targets }
  }

  private singleTarget(): AssignmentTarget {
    const { tokens } = this
    if (tokens.skip('operator', '(')) {
      const inner = this.target()
      tokens.expect('operator', ')')
      return inner
    }
    const { value: name } = tokens.expect('name')
    if (!tokens.skip('operator', '.')) return { kind: 'name', name }
    return { kind: 'attribute', namespace: name, name: tokens.expect('name').value }
  }

  private and(): Expression {
    let left = this.not()
    while (this.tokens.skip('name', 'and')) left = { kind: 'and', left, right: this.not() }
    return left
  }

  private not(): Expression {
    return this.tokens.skip('name', 'not')
      ? { kind: 'not', operand: this.not() }
      : this.comparison()
  }

  private comparison(): Expression {
    const first = this.sum()
    const rest: (readonly [ComparisonOperator, Expression])[] = []
    for (;;) {
      const operator = this.comparisonOperator()
      if (operator === undefined) break
      rest.push([operator, this.sum()])
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest }
  }

  private comparisonOperator(): ComparisonOperator | undefined {
    const { tokens } = this
    if (tokens.skip('name', 'in')) return 'in'
    if (tokens.isName('not') && tokens.is('name', 'in', 1)) {
      tokens.next()
      tokens.next()
      return 'not in'
    }
    return COMPARISONS.find((operator) => tokens.skip('operator', operator))
  }

  private sum(): Expression {
    return this.binary(['+', '-'], () => this.concatenation())
  }

  private concatenation(): Expression {
    const first = this.product()
    if (!this.tokens.isOperator('~')) return first
    const parts = [first]
    while (this.tokens.skip('operator', '~')) parts.push(this.product())
    return { kind: 'concatenate', parts }
  }

  private product(): Expression {
    return this.binary(['*', '/', '//', '%'], () => this.power())
  }

  private power(): Expression {
    return this.binary(['**'], () => this.unary())
  }

  private binary(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const operator = operators.find((one) => this.tokens.skip('operator', one))
      if (operator === undefined) return left
      left = { kind: 'binary', operator, left, right: operand() }
    }
  }

  private unary(withFilters = true): Expression {
    const { tokens } = this
    const value: Expression = tokens.skip('operator', '-')
      ? { kind: 'negative', operand: this.unary(false) }
      : tokens.skip('operator', '+')
        ? { kind: 'positive', operand: this.unary(false) }
        : this.primary()
    const whole = this.postfix(value)
    return withFilters ? this.filtersAndTests(whole) : whole
  }
}
