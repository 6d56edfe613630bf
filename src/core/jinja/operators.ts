// Python's operators.
import type { BinaryOperator, ComparisonOperator } from './ast'
import { percentFormat } from './percentFormat'
import {
  characters,
  Dict,
  equals,
  Float,
  isNumber,
  itemsOrNull,
  JinjaError,
  lengthOf,
  TemplateSequence,
  toNumber,
  typeName,
  Undefined,
  type Value,
} from './values'

/** The largest repeated string or list. */
const MAX_REPEATED = 1_000_000

/**
 * `left operator right` as Python computes it.
 * @throws JinjaError where Python raises an error, or for a result that is too large.
 */
export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  if (operator === '%' && typeof left === 'string') return percentFormat(left, right)
  for (const value of [left, right]) if (value instanceof Undefined) value.fail()
  if (isNumber(left) && isNumber(right)) return arithmetic(operator, left, right)
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return left + right
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
    if (isTuple(left) && isTuple(right))
      return new TemplateSequence('tuple', [...left.items, ...right.items])
  }
  if (operator === '*') {
    const repeated = repeat(left, right) ?? repeat(right, left)
    if (repeated !== undefined) return repeated
  }
  const [one, other] = [typeName(left), typeName(right)]
  throw new JinjaError(
    operator === '+' && (one === 'str' || one === 'list')
      ? `can only concatenate ${one} (not "${other}") to ${one}`
      : `unsupported operand type(s) for ${operator}: '${one}' and '${other}'`,
  )
}

const isTuple = (value: Value): value is TemplateSequence =>
  value instanceof TemplateSequence && value.kind === 'tuple'

function repeat(value: Value, times: Value): Value | undefined {
  if (typeof times !== 'number' && typeof times !== 'boolean') return undefined
  const count = Math.max(0, Number(times))
  if ((lengthOf(value) ?? 0) * count > MAX_REPEATED) throw new JinjaError('the result is too large')
  if (typeof value === 'string') return value.repeat(count)
  if (Array.isArray(value)) return Array.from({ length: count }, () => value).flat(1)
  return isTuple(value)
    ? new TemplateSequence('tuple', Array.from({ length: count }, () => value.items).flat(1))
    : undefined
}

function arithmetic(
  operator: BinaryOperator,
  left: number | boolean | Float,
  right: number | boolean | Float,
): Value {
  const [a, b] = [toNumber(left), toNumber(right)]
  const isFloat = left instanceof Float || right instanceof Float
  const result = (value: number): Value => (isFloat ? new Float(value) : value)
  if (b === 0 && ['/', '//', '%'].includes(operator))
    throw new JinjaError(isFloat ? 'float division by zero' : 'division by zero')
  switch (operator) {
    case '+':
      return result(a + b)
    case '-':
      return result(a - b)
    case '*':
      return result(a * b)
    case '/':
      return new Float(a / b)
    case '//':
      return result(Math.floor(a / b))
    case '%':
      return result(a - b * Math.floor(a / b))
    case '**':
      return isFloat || b < 0 ? new Float(a ** b) : a ** b
  }
}

/** `+value` or `-value`. @throws JinjaError for a value that is no number. */
export function signedValue(sign: 1 | -1, value: Value): Value {
  if (value instanceof Undefined) value.fail()
  if (value instanceof Float) return new Float(sign * value.value)
  // `0 * -1` is -0, which is no int
  if (isNumber(value)) return sign * toNumber(value) || 0
  throw new JinjaError(`bad operand type for unary ${sign < 0 ? '-' : '+'}: '${typeName(value)}'`)
}

/** `left operator right` as Python compares. @throws JinjaError for values without an order. */
export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equals(left, right)
    case '!=':
      return !equals(left, right)
    case 'in':
      return contains(right, left)
    case 'not in':
      return !contains(right, left)
    case '<':
      return order(left, right, operator) < 0
    case '<=':
      return order(left, right, operator) <= 0
    case '>':
      return order(left, right, operator) > 0
    case '>=':
      return order(left, right, operator) >= 0
  }
}

/** Negative, 0 or positive; NaN for values without an order, such as a NaN. */
export function order(left: Value, right: Value, operator: string = '<'): number {
  for (const value of [left, right]) if (value instanceof Undefined) value.fail()
  if (isNumber(left) && isNumber(right)) {
    const [a, b] = [toNumber(left), toNumber(right)]
    return a === b ? 0 : a - b
  }
  if (typeof left === 'string' && typeof right === 'string') return orderOfTexts(left, right)
  const [some, others] = [listOf(left), listOf(right)]
  if (some && others && typeName(left) === typeName(right)) {
    const at = some.findIndex((value, i) => i >= others.length || !equals(value, others[i]!))
    if (at < 0) return some.length - others.length
    return at >= others.length ? 1 : order(some[at]!, others[at]!, operator)
  }
  throw new JinjaError(
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  )
}

const listOf = (value: Value): readonly Value[] | undefined =>
  Array.isArray(value) ? value : isTuple(value) ? value.items : undefined

/** By code points, where JavaScript compares UTF-16 units. */
function orderOfTexts(left: string, right: string): number {
  if (left === right) return 0
  const [some, others] = [characters(left), characters(right)]
  const at = some.findIndex((character, i) => character !== others[i])
  const [one, other] = [some[at]?.codePointAt(0) ?? -1, others[at]?.codePointAt(0) ?? -1]
  return at < 0 ? -1 : one - other
}

function contains(container: Value, value: Value): boolean {
  if (typeof container === 'string') {
    if (typeof value === 'string') return container.includes(value)
    throw new JinjaError(`'in <string>' requires string as left operand, not ${typeName(value)}`)
  }
  if (container instanceof Dict) return container.has(value)
  const items = itemsOrNull(container)
  if (items === null)
    throw new JinjaError(`argument of type '${typeName(container)}' is not iterable`)
  for (const item of items) if (equals(item, value)) return true
  return false
}
