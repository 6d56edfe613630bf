// The tests of `value is test`.
import { bind } from './arguments'
import { binary, compare } from './operators'
import { text } from './python'
import { isLower, isUpper } from './stringMethods'
import {
  type CallValues,
  Callable,
  Dict,
  equals,
  Float,
  TemplateGenerator,
  isNumber,
  itemsOrNull,
  JinjaError,
  lengthOf,
  Loop,
  TemplateSequence,
  Undefined,
  type Value,
} from './values'
import type { ComparisonOperator } from './ast'

type Test = (value: Value, args: CallValues) => boolean

const alone = (test: (value: Value) => boolean): Test => test
const against =
  (test: (value: Value, other: Value) => boolean): Test =>
  (value, args) =>
    test(value, bind('test', ['other'], args).value('other'))
const comparison = (operator: ComparisonOperator): Test =>
  against((value, other) => compare(operator, value, other))
const remainder = (value: Value, by: Value): Value => binary('%', value, by)
const isInteger = (value: Value): boolean => typeof value === 'number'
const isSequence = (value: Value): boolean =>
  lengthOf(value) !== null && !(value instanceof Loop) && !isSet(value)
/** Views of a dict other than its values have a length, and no items by index. */
const isSet = (value: Value): boolean =>
  value instanceof TemplateSequence && value.kind.startsWith('dict_')

const TESTS: Readonly<Record<string, Test>> = {
  defined: alone((value) => !(value instanceof Undefined)),
  undefined: alone((value) => value instanceof Undefined),
  none: alone((value) => value === null),
  boolean: alone((value) => typeof value === 'boolean'),
  true: alone((value) => value === true),
  false: alone((value) => value === false),
  integer: alone(isInteger),
  float: alone((value) => value instanceof Float),
  number: alone(isNumber),
  string: alone((value) => typeof value === 'string'),
  mapping: alone((value) => value instanceof Dict),
  sequence: alone(isSequence),
  iterable: alone((value) => itemsOrNull(value) !== null || value instanceof Loop),
  callable: alone((value) => value instanceof Callable || value instanceof Undefined),
  lower: alone((value) => isLower(text(value))),
  upper: alone((value) => isUpper(text(value))),
  escaped: alone(() => false),
  odd: alone((value) => equals(remainder(value, 2), 1)),
  even: alone((value) => equals(remainder(value, 2), 0)),
  divisibleby: against((value, by) => equals(remainder(value, by), 0)),
  sameas: against(isSame),
  in: comparison('in'),
  '==': comparison('=='),
  eq: comparison('=='),
  equalto: comparison('=='),
  '!=': comparison('!='),
  ne: comparison('!='),
  '<': comparison('<'),
  lt: comparison('<'),
  lessthan: comparison('<'),
  '<=': comparison('<='),
  le: comparison('<='),
  '>': comparison('>'),
  gt: comparison('>'),
  greaterthan: comparison('>'),
  '>=': comparison('>='),
  ge: comparison('>='),
}

/** Python's `is`, for values that are objects of their own. */
function isSame(value: Value, other: Value): boolean {
  if (value instanceof TemplateGenerator) return value === other
  return typeof value === typeof other && !(value instanceof Float) && value === other
}

/**
 * `value is name(args)`.
 * @throws JinjaError if there is no such test, or as the test of Jinja does.
 */
export function applyTest(name: string, value: Value, args: CallValues): boolean {
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined
  if (!test) throw new JinjaError(`No test named '${name}'.`)
  return test(value, args)
}
