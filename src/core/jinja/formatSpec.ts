// Python's format specification, `[[fill]align][sign][#][0][width][,][.precision][type]`.
import { fixed, floatText, intText, text } from './python'
import {
  characters,
  Float,
  isNumber,
  JinjaError,
  toNumber,
  typeName,
  Undefined,
  type Value,
} from './values'

const SPEC =
  /^(?:(?<fill>[^])?(?<align>[<>=^]))?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[bcdeEfFgGnosxX%])?$/u

export interface FormatSpec {
  fill: string
  align: '<' | '>' | '=' | '^' | undefined
  sign: string
  alternate: boolean
  width: number
  grouping: string
  precision: number | undefined
  type: string
}

/** `format(value, spec)`. */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return text(value)
  if (value instanceof Undefined) value.fail()
  const groups = SPEC.exec(spec)?.groups as Record<string, string | undefined> | undefined
  if (!groups) throw new JinjaError(`Invalid format specifier '${spec}'`)
  const isNumeric = isNumber(value) && groups['type'] !== 's'
  return formatted(value, {
    fill: groups['fill'] ?? (groups['zero'] === undefined ? ' ' : '0'),
    align: (groups['align'] ??
      (groups['zero'] !== undefined && isNumeric ? '=' : undefined)) as FormatSpec['align'],
    sign: groups['sign'] ?? '-',
    alternate: groups['alternate'] !== undefined,
    width: Number(groups['width'] ?? 0),
    grouping: groups['grouping'] ?? '',
    precision: groups['precision'] === undefined ? undefined : Number(groups['precision']),
    type: groups['type'] ?? '',
  })
}

function formatted(value: Value, spec: FormatSpec): string {
  if (isNumber(value) && (typeof value !== 'boolean' || spec.type !== '')) {
    const number = toNumber(value)
    const body = magnitude(value, Math.abs(number), spec)
    const isNegative = number < 0 || Object.is(number, -0)
    return pad(isNegative ? '-' : spec.sign === '-' ? '' : spec.sign, body, spec, '>')
  }
  if (typeof value !== 'string' && typeof value !== 'boolean')
    throw new JinjaError(`unsupported format string passed to ${typeName(value)}.__format__`)
  if (!['', 's'].includes(spec.type))
    throw new JinjaError(`Unknown format code '${spec.type}' for object of type 'str'`)
  const shown = characters(text(value)).slice(0, spec.precision).join('')
  return pad('', shown, spec, '<')
}

/** The digits of a number without its sign. */
export function magnitude(value: Value, absolute: number, spec: FormatSpec): string {
  const { type, precision } = spec
  const isFloat = value instanceof Float
  switch (type) {
    case 'b':
      return radix(absolute, 2, '0b', spec)
    case 'o':
      return radix(absolute, 8, '0o', spec)
    case 'x':
      return radix(absolute, 16, '0x', spec)
    case 'X':
      return radix(absolute, 16, '0X', spec).toUpperCase()
    case 'c':
      return String.fromCodePoint(absolute)
    case 'f':
    case 'F':
      return grouped(fixed(absolute, precision ?? 6), spec)
    case '%':
      return `${grouped(fixed(absolute * 100, precision ?? 6), spec)}%`
    case 'e':
    case 'E':
      return cased(exponential(absolute, precision ?? 6), type === 'E')
    case 'g':
    case 'G':
      return cased(grouped(general(absolute, precision ?? 6), spec), type === 'G')
    case '':
      if (!isFloat) return grouped(intText(absolute), spec)
      if (precision === undefined) return grouped(floatText(absolute), spec)
      return grouped(withPoint(general(absolute, precision)), spec)
    default:
      if (isFloat) throw new JinjaError(`Unknown format code '${type}' for object of type 'float'`)
      return grouped(intText(absolute), spec)
  }
}

const cased = (digits: string, upper: boolean): string => (upper ? digits.toUpperCase() : digits)
const withPoint = (digits: string): string => (/[.e]/.test(digits) ? digits : `${digits}.0`)

const radix = (value: number, base: number, prefix: string, spec: FormatSpec): string =>
  (spec.alternate ? prefix : '') + value.toString(base)

function exponential(value: number, precision: number): string {
  const [mantissa = '', power = '+0'] = value.toExponential(precision).split('e')
  return `${mantissa}e${power[0] ?? '+'}${power.slice(1).padStart(2, '0')}`
}

/** `precision` significant digits, without zeros at the end. */
function general(value: number, precision: number): string {
  const digits = Math.max(1, precision)
  const exponent = Number(value.toExponential(digits - 1).split('e')[1])
  const trimmed = (number: string): string =>
    number.includes('.') ? number.replace(/\.?0+(?=e|$)/, '') : number
  return exponent < -4 || exponent >= digits
    ? trimmed(exponential(value, digits - 1))
    : trimmed(fixed(value, digits - 1 - exponent))
}

const grouped = (digits: string, { grouping }: FormatSpec): string =>
  grouping === '' ? digits : digits.replace(/\d(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, `$&${grouping}`)

/** Fills up to the width. */
export function pad(
  sign: string,
  body: string,
  { fill, width, align }: Pick<FormatSpec, 'fill' | 'width' | 'align'>,
  usual: '<' | '>',
): string {
  const missing = Math.max(0, width - characters(sign + body).length)
  const left = Math.floor(missing / 2)
  switch (align ?? usual) {
    case '<':
      return sign + body + fill.repeat(missing)
    case '>':
      return fill.repeat(missing) + sign + body
    case '=':
      return sign + fill.repeat(missing) + body
    case '^':
      return fill.repeat(left) + sign + body + fill.repeat(missing - left)
  }
}
