// The values of expressions.
import type { CallArguments, Expression, FilterExpression } from './ast'
import { getAttribute, getItem, getSlice } from './attributes'
import { applyFilter } from './filters'
import { binary, compare, signedValue } from './operators'
import { text } from './python'
import type { Scope } from './scope'
import { applyTest } from './tests'
import {
  type CallValues,
  Callable,
  Dict,
  isTrue,
  itemsOf,
  JinjaError,
  Loop,
  tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

/** @throws JinjaError where Jinja's sandbox refuses the expression or it fails. */
export function evaluate(expression: Expression, scope: Scope): Value {
  const of = (part: Expression): Value => evaluate(part, scope)
  switch (expression.kind) {
    case 'constant':
      return expression.value
    case 'name':
      return scope.get(expression.name)
    case 'attribute':
      return getAttribute(of(expression.object), expression.name)
    case 'item':
      return getItem(of(expression.object), of(expression.key))
    case 'slice': {
      const { start, stop, step } = expression
      const bounds = [start, stop, step].map((bound) => (bound ? of(bound) : undefined))
      return getSlice(of(expression.object), bounds)
    }
    case 'call':
      return call(of(expression.callee), evaluateArguments(expression.args, scope))
    case 'filter':
      return evaluateFilter(expression, undefined, scope)
    case 'test':
      return applyTest(
        expression.name,
        of(expression.operand),
        evaluateArguments(expression.args, scope),
      )
    case 'not':
      return !isTrue(of(expression.operand))
    case 'negative':
      return signedValue(-1, of(expression.operand))
    case 'positive':
      return signedValue(1, of(expression.operand))
    case 'binary':
      return binary(expression.operator, of(expression.left), of(expression.right))
    case 'and': {
      const left = of(expression.left)
      return isTrue(left) ? of(expression.right) : left
    }
    case 'or': {
      const left = of(expression.left)
      return isTrue(left) ? left : of(expression.right)
    }
    case 'compare':
      return evaluateComparison(expression, scope)
    case 'concatenate':
      return expression.parts.map((part) => text(of(part))).join('')
    case 'condition':
      if (isTrue(of(expression.test))) return of(expression.then)
      return expression.otherwise
        ? of(expression.otherwise)
        : new Undefined(
            'the inline if-expression evaluated to false and no else section was defined.',
          )
    case 'list':
      return expression.items.map(of)
    case 'tuple':
      return tuple(...expression.items.map(of))
    case 'dict':
      return new Dict(expression.items.map(([key, value]) => [of(key), of(value)]))
  }
}

/** @param input the text of the block that the filter applies to, if it is that of a block. */
export function evaluateFilter(
  { operand, name, args }: FilterExpression,
  input: string | undefined,
  scope: Scope,
): Value {
  const value =
    operand === null
      ? (input ?? '')
      : operand.kind === 'filter'
        ? evaluateFilter(operand, input, scope)
        : evaluate(operand, scope)
  return applyFilter(name, value, evaluateArguments(args, scope))
}

/** `a < b < c` compares both pairs and evaluates `b` once. */
function evaluateComparison(
  { first, rest }: Extract<Expression, { kind: 'compare' }>,
  scope: Scope,
): boolean {
  let left = evaluate(first, scope)
  return rest.every(([operator, operand]) => {
    const right = evaluate(operand, scope)
    const holds = compare(operator, left, right)
    left = right
    return holds
  })
}

/**
 * The values of a call's arguments, `*` and `**` spread out.
 * @throws JinjaError as {@link evaluate}.
 */
export function evaluateArguments(args: CallArguments, scope: Scope): CallValues {
  const { positional, named, spread, namedSpread } = args
  const values = positional.map((value) => evaluate(value, scope))
  if (spread) values.push(...itemsOf(evaluate(spread, scope)))
  const byName = new Map<string, Value>()
  for (const [name, value] of named) byName.set(name, evaluate(value, scope))
  if (namedSpread) {
    const mapping = evaluate(namedSpread, scope)
    if (!(mapping instanceof Dict))
      throw new JinjaError(`argument after ** must be a mapping, not ${typeName(mapping)}`)
    for (const [name, value] of mapping.items()) byName.set(text(name), value)
  }
  return { positional: values, named: byName }
}

/** @throws JinjaError for a value that cannot be called, or as the callee does. */
export function call(callee: Value, args: CallValues): Value {
  if (callee instanceof Undefined) callee.fail()
  if (callee instanceof Callable) return callee.call(args)
  if (callee instanceof Loop) {
    const [items] = args.positional
    if (callee.recurse && items !== undefined) return callee.recurse(items, callee.depth0 + 1)
    throw new JinjaError("The loop must have the 'recursive' marker to be called recursively.")
  }
  throw new JinjaError(`'${typeName(callee)}' object is not callable`)
}
