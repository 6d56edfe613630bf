// Python's `str()` and `repr()`, and its notion of whitespace, lines and characters.
import {
  Callable,
  characters,
  Dict,
  Float,
  TemplateGenerator,
  Loop,
  Namespace,
  TemplateSequence,
  Undefined,
  type Value,
} from './values'

/** The characters for which `str.isspace` holds, for use inside a character class. */
export const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`

const LEADING_SPACE = new RegExp(`^[${SPACE}]+`)
const TRAILING_SPACE = new RegExp(`[${SPACE}]+$`)
/** Where `str.splitlines` splits. */
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/

/** `str.lstrip`, of whitespace or of the given characters. */
export function stripStart(text: string, set?: string): string {
  if (set === undefined) return text.replace(LEADING_SPACE, '')
  const all = characters(text)
  const kept = all.findIndex((character) => !set.includes(character))
  return kept < 0 ? '' : all.slice(kept).join('')
}

/** `str.rstrip`, of whitespace or of the given characters. */
export function stripEnd(text: string, set?: string): string {
  if (set === undefined) return text.replace(TRAILING_SPACE, '')
  const all = characters(text)
  const kept = all.findLastIndex((character) => !set.includes(character))
  return all.slice(0, kept + 1).join('')
}

export const strip = (text: string, set?: string): string => stripEnd(stripStart(text, set), set)

/** `str.splitlines`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = []
  let rest = text
  for (let end = LINE_END.exec(rest); end; end = LINE_END.exec(rest)) {
    const after = end.index + end[0].length
    lines.push(rest.slice(0, keepEnds ? after : end.index))
    rest = rest.slice(after)
  }
  return rest === '' ? lines : [...lines, rest]
}

/** `str.capitalize`. */
export function capitalize(text: string): string {
  const [first = '', ...rest] = characters(text)
  return first.toUpperCase() + rest.join('').toLowerCase()
}

export function intText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString()
}

/** The shortest digits that read back as the number, with an exponent where Python writes one. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const exponent = Number(power)
  const sign = value < 0 ? '-' : ''
  if (exponent < -4 || exponent >= 16)
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** A number with `precision` decimals; of two that are as close, the one with an even digit. */
export function fixed(value: number, precision: number): string {
  const exact = value.toFixed(Math.min(100, precision + 40))
  const end = exact.length - Math.min(100 - precision, 40)
  const isTie = /^50*$/.test(exact.slice(end)) && /[02468]\.?$/.test(exact.slice(0, end))
  return isTie ? exact.slice(0, end).replace(/\.$/, '') : value.toFixed(precision)
}

/** `str()`: what `{{ value }}` writes. */
export function text(value: Value): string {
  if (typeof value === 'string') return value
  return value instanceof Undefined ? '' : repr(value)
}

/** `repr()`: how a value is written inside a list or dict. */
export function repr(value: Value): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return intText(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === null) return 'None'
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof TemplateSequence) return sequenceText(value)
  if (value instanceof Dict || value instanceof Namespace) {
    const items = value instanceof Dict ? value.items() : [...value.attributes]
    const body = `{${items.map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`
    return value instanceof Dict ? body : `<Namespace ${body}>`
  }
  if (value instanceof Undefined) return 'Undefined'
  if (value instanceof Loop) return `<LoopContext ${value.index0 + 1}/${value.items.length}>`
  if (value instanceof TemplateGenerator) return '<generator object>'
  return value instanceof Callable ? `<function ${value.name}>` : ''
}

function sequenceText({ kind, items }: TemplateSequence): string {
  if (kind === 'range') {
    const [first = 0, second] = items as readonly number[]
    const step = second === undefined ? 1 : second - first
    const stop = items.length === 0 ? first : (items.at(-1) as number) + step
    return `range(${first}, ${stop}${step === 1 ? '' : `, ${step}`})`
  }
  const body = items.map(repr).join(', ')
  if (kind === 'tuple') return items.length === 1 ? `(${body},)` : `(${body})`
  return `${kind}([${body}])`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A string literal, in single quotes unless only double quotes need no escape. */
function quoted(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  const body = value.replace(/[\\'"\p{C}\p{Z}]/gu, (character) => {
    if (character === ' ') return character
    if (character === '"' || character === "'")
      return character === quote ? `\\${character}` : character
    return ESCAPES[character] ?? codePointEscape(character.codePointAt(0)!)
  })
  return quote + body + quote
}

function codePointEscape(code: number): string {
  const hex = code.toString(16)
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
