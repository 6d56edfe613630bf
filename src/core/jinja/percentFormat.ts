// Python's `text % values`.
import { type FormatSpec, magnitude, pad } from './formatSpec'
import { repr, text } from './python'
import {
  characters,
  Dict,
  isNumber,
  JinjaError,
  TemplateSequence,
  toNumber,
  typeName,
  type Value,
} from './values'

const DIRECTIVE =
  /%(?:\((?<key>[^)]*)\))?(?<flags>[-#0 +]*)(?<width>\d+|\*)?(?:\.(?<precision>\d+|\*))?[hlL]?(?<type>[diouxXeEfFgGcrsa%])/g

/** Python's `format % values`. @throws JinjaError where Python raises an error. */
export function percentFormat(format: string, values: Value): string {
  const rest =
    values instanceof TemplateSequence && values.kind === 'tuple' ? [...values.items] : [values]
  const take = (): Value => {
    const value = rest.shift()
    if (value === undefined) throw new JinjaError('not enough arguments for format string')
    return value
  }
  const usesKeys = /%\([^)]*\)/.test(format)
  const result = format.replace(DIRECTIVE, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>
    const { key, flags = '', width, precision, type = 's' } = groups
    if (type === '%') return '%'
    const amount = (given: string | undefined): number | undefined =>
      given === undefined ? undefined : given === '*' ? Number(text(take())) : Number(given)
    const wanted = amount(width) ?? 0
    const digits = amount(precision)
    return directive(key === undefined ? take() : itemOf(values, key), type, flags, wanted, digits)
  })
  if (!usesKeys && rest.length > 0 && !(values instanceof Dict))
    throw new JinjaError('not all arguments converted during string formatting')
  return result
}

function itemOf(values: Value, key: string): Value {
  const value = values instanceof Dict ? values.get(key) : undefined
  if (value === undefined)
    throw new JinjaError(values instanceof Dict ? `'${key}'` : 'format requires a mapping')
  return value
}

function directive(
  value: Value,
  type: string,
  flags: string,
  width: number,
  precision: number | undefined,
): string {
  const left = flags.includes('-')
  if ('sra'.includes(type) || (type === 'c' && typeof value === 'string')) {
    const body = characters(type === 's' || type === 'c' ? text(value) : repr(value))
    const shown = body.slice(0, precision).join('')
    return pad('', shown, { fill: ' ', width, align: left ? '<' : '>' }, '>')
  }
  if (!isNumber(value))
    throw new JinjaError(`%${type} format: a real number is required, not ${typeName(value)}`)
  const isInteger = 'diu'.includes(type)
  const number = isInteger ? Math.trunc(toNumber(value)) : toNumber(value)
  const zero = flags.includes('0') && !left
  const spec: FormatSpec = {
    fill: zero ? '0' : ' ',
    align: left ? '<' : zero ? '=' : '>',
    sign: '',
    alternate: flags.includes('#'),
    width,
    grouping: '',
    precision,
    type: isInteger ? 'd' : type,
  }
  const digits = magnitude(isInteger ? number : value, Math.abs(number), spec)
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const body = isInteger ? digits.padStart(precision ?? 0, '0') : digits
  return pad(number < 0 ? '-' : plus, body, spec, '>')
}
