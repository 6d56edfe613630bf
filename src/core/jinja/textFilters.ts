// The filters of texts and numbers.
import { bind, type Bound } from './arguments'
import { toJson } from './json'
import { percentFormat } from './percentFormat'
import { capitalize, fixed, splitLines, strip, text } from './python'
import { replace } from './stringMethods'
import {
  characters,
  Dict,
  Float,
  isNumber,
  itemsOf,
  JinjaError,
  orElse,
  toNumber,
  tuple,
  typeName,
  Undefined,
  type Value,
} from './values'
import type { Filter } from './filter'

const of = (parameters: readonly string[], call: (value: Value, args: Bound) => Value): Filter => ({
  call: (value, args) => call(value, bind('filter', parameters, args)),
})
const ofText = (
  parameters: readonly string[],
  call: (text: string, args: Bound) => Value,
): Filter => of(parameters, (value, args) => call(text(value), args))

export const TEXT_FILTERS: Readonly<Record<string, Filter>> = {
  upper: ofText([], (value) => value.toUpperCase()),
  lower: ofText([], (value) => value.toLowerCase()),
  capitalize: ofText([], capitalize),
  title: ofText([], title),
  trim: ofText(['chars'], (value, args) => strip(value, args.string('chars'))),
  string: ofText([], (value) => value),
  // without automatic escapes, as for prompts, both give the plain text
  safe: ofText([], (value) => value),
  escape: ofText([], escape),
  e: ofText([], escape),
  forceescape: ofText([], escape),
  striptags: ofText([], (value) =>
    strip(value.replace(/<!--[^]*?-->|<[^>]*>/g, '').replace(/\s+/g, ' ')),
  ),
  center: ofText(['width'], (value, args) => {
    const width = args.int('width', 80)
    const missing = Math.max(0, width - characters(value).length)
    const left = Math.floor(missing / 2) + (missing & width & 1)
    return ' '.repeat(left) + value + ' '.repeat(missing - left)
  }),
  replace: ofText(['old', 'new', 'count'], (value, args) =>
    replace(value, args.text('old', ''), args.text('new', ''), args.int('count', -1)),
  ),
  indent: of(['width', 'first', 'blank'], indent),
  truncate: of(['length', 'killwords', 'end', 'leeway'], (value, args) =>
    truncate(string(value), args),
  ),
  wordcount: ofText([], (value) => value.match(/[\p{L}\p{M}\p{N}_]+/gu)?.length ?? 0),
  wordwrap: of(['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'], (value, args) =>
    wordWrap(string(value), args.int('width', 79), args.string('wrapstring') ?? '\n'),
  ),
  urlencode: of([], urlEncode),
  tojson: of(['ensure_ascii', 'indent', 'separators', 'sort_keys'], json),
  format: {
    call: (value, { positional, named }) =>
      percentFormat(text(value), named.size > 0 ? new Dict(named) : tuple(...positional)),
  },
  abs: of([], (value) => {
    if (value instanceof Undefined) value.fail()
    if (value instanceof Float) return new Float(Math.abs(value.value))
    if (isNumber(value)) return Math.abs(toNumber(value))
    throw new JinjaError(`bad operand type for abs(): '${typeName(value)}'`)
  }),
  int: of(['default', 'base'], (value, args) => {
    if (value instanceof Undefined) value.fail()
    return integer(value, args.int('base', 10)) ?? orElse(args.optional('default'), 0)
  }),
  float: of(['default'], (value, args) => {
    if (value instanceof Undefined) value.fail()
    const number = float(value)
    return number === undefined ? orElse(args.optional('default'), new Float(0)) : new Float(number)
  }),
  round: of(['precision', 'method'], round),
}

function string(value: Value): string {
  if (typeof value === 'string') return value
  if (value instanceof Undefined) value.fail()
  throw new JinjaError(`'${typeName(value)}' object is not a string`)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
}
function escape(value: string): string {
  return value.replace(/[&<>'"]/g, (character) => ENTITIES[character]!)
}

/** Jinja's `title`, which begins words after fewer characters than `str.title` does. */
function title(value: string): string {
  return value
    .split(/([-\s({[<]+)/u)
    .map((part) => {
      const [first = '', ...rest] = characters(part)
      return first.toUpperCase() + rest.join('').toLowerCase()
    })
    .join('')
}

function indent(value: Value, args: Bound): string {
  const width = orElse(args.optional('width'), 4)
  const margin = typeof width === 'string' ? width : ' '.repeat(args.int('width', 4))
  const lines = splitLines(`${string(value)}\n`)
  const indented = lines.map((line, i) =>
    i === 0 || (line === '' && !args.isTrue('blank')) ? line : margin + line,
  )
  return (args.isTrue('first') ? margin : '') + indented.join('\n')
}

function truncate(value: string, args: Bound): string {
  const length = args.int('length', 255)
  const end = args.string('end') ?? '...'
  const all = characters(value)
  if (all.length <= length + args.int('leeway', 5)) return value
  const kept = all.slice(0, length - characters(end).length).join('')
  const lastSpace = kept.lastIndexOf(' ')
  return (args.isTrue('killwords') || lastSpace < 0 ? kept : kept.slice(0, lastSpace)) + end
}

function wordWrap(value: string, width: number, separator: string): string {
  const wrapLine = (line: string): string => {
    const lines: string[] = []
    let current = ''
    for (const word of line.match(/\s+|\S+/g) ?? []) {
      if (current !== '' && (current + word).length > width) {
        lines.push(current.trimEnd())
        current = ''
      }
      if (current === '' && lines.length > 0 && word.trim() === '') continue
      current += word
      while (current.length > width && current.trim() !== '') {
        lines.push(current.slice(0, width))
        current = current.slice(width)
      }
    }
    if (current.trim() !== '') lines.push(current.trimEnd())
    return lines.join(separator)
  }
  return splitLines(value).map(wrapLine).join(separator)
}

function urlEncode(value: Value): string {
  const quote = (part: Value, safe: RegExp): string =>
    encodeURIComponent(text(part))
      .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
      .replace(safe, (one) => decodeURIComponent(one))
  if (typeof value === 'string' || isNumber(value) || value === null) return quote(value, /%2F/g)
  const pairs =
    value instanceof Dict ? value.items() : [...itemsOf(value)].map((pair) => [...itemsOf(pair)])
  return pairs
    .map(([key = '', item = '']) =>
      [key, item].map((part) => quote(part, /%20/g).replaceAll(' ', '+')).join('='),
    )
    .join('&')
}

function json(value: Value, args: Bound): string {
  const given = args.optional('indent') ?? null
  const indentText = typeof given === 'string' ? given : ' '.repeat(args.int('indent', 0))
  const separators = args.optional('separators') ?? null
  const [item, key] =
    separators === null
      ? [given === null ? ', ' : ',', ': ']
      : [...itemsOf(separators)].map((separator) => string(separator))
  return toJson(value, {
    indent: given === null ? null : indentText,
    separators: [item ?? '', key ?? ''],
    asciiOnly: args.isTrue('ensure_ascii'),
    sortKeys: args.isTrue('sort_keys'),
  })
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
const PREFIXES: Readonly<Record<number, RegExp>> = {
  2: /(?<=^[+-]?)0b/,
  8: /(?<=^[+-]?)0o/,
  16: /(?<=^[+-]?)0x/,
}

/** `int(value)`; undefined where Python raises an error. */
function integer(value: Value, base: number): number | undefined {
  if (typeof value !== 'string') {
    const number = float(value)
    return number === undefined || !Number.isFinite(number) ? undefined : Math.trunc(number)
  }
  const trimmed = strip(value)
    .toLowerCase()
    .replace(/(?<=\w)_(?=\w)/g, '')
  const plain = trimmed.replace(PREFIXES[base] ?? '', '')
  if (new RegExp(`^[+-]?[${DIGITS.slice(0, base)}]+$`).test(plain)) return parseInt(plain, base)
  const number = float(value)
  return number === undefined || !Number.isFinite(number) ? undefined : Math.trunc(number)
}

/** `float(value)`; undefined where Python raises an error. */
function float(value: Value): number | undefined {
  if (isNumber(value)) return toNumber(value)
  if (typeof value !== 'string') return undefined
  const trimmed = strip(value).replace(/(?<=\d)_(?=\d)/g, '')
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  if (/^[+-]?inf(?:inity)?$/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity
  return /^[+-]?nan$/i.test(trimmed) ? NaN : undefined
}

function round(value: Value, args: Bound): Value {
  if (value instanceof Undefined) value.fail()
  if (!isNumber(value))
    throw new JinjaError(`type ${typeName(value)} doesn't define __round__ method`)
  const number = toNumber(value)
  const precision = args.int('precision', 0)
  const method = args.string('method') ?? 'common'
  const factor = 10 ** precision
  switch (method) {
    case 'ceil':
      return new Float(Math.ceil(number * factor) / factor)
    case 'floor':
      return new Float(Math.floor(number * factor) / factor)
    case 'common':
      if (!(value instanceof Float)) return precision < 0 ? roundToEven(number, precision) : number
      return new Float(roundToEven(number, precision))
    default:
      throw new JinjaError('method must be common, ceil or floor')
  }
}

/** Python's `round`: a tie goes to the even digit. */
function roundToEven(value: number, precision: number): number {
  if (precision > 0) return Number(fixed(value, Math.min(precision, 100)))
  const factor = 10 ** -precision
  const scaled = value / factor
  const floor = Math.floor(scaled)
  const isTie = scaled - floor === 0.5
  return (isTie ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(scaled)) * factor
}
