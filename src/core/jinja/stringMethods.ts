// The methods of Python's `str`.
import { type Bound, bind } from './arguments'
import { capitalize, splitLines, SPACE, strip, stripEnd, stripStart } from './python'
import {
  Callable,
  characters,
  itemsOf,
  JinjaError,
  TemplateSequence,
  tuple,
  typeName,
  type Value,
} from './values'

interface Method {
  parameters: readonly string[]
  call: (text: string, args: Bound) => Value
}

const plain = (call: (text: string) => Value): Method => ({ parameters: [], call })
const chars = (call: (text: string, set?: string) => string): Method => ({
  parameters: ['chars'],
  call: (text, args) => call(text, args.string('chars')),
})
const whole = (pattern: RegExp): Method => plain((text) => pattern.test(text))
/** Whether the text has cased characters, and all of them are as `change` makes them. */
const isCased = (text: string, change: (text: string) => string): boolean =>
  /[\p{Lu}\p{Ll}\p{Lt}]/u.test(text) && change(text) === text

export const isLower = (text: string): boolean => isCased(text, (all) => all.toLowerCase())
export const isUpper = (text: string): boolean => isCased(text, (all) => all.toUpperCase())

/** `str.title`: a capital after everything that is no letter. */
const title = (text: string): string =>
  text.replace(/[\p{L}]+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())

const METHODS: Readonly<Record<string, Method>> = {
  upper: plain((text) => text.toUpperCase()),
  lower: plain((text) => text.toLowerCase()),
  casefold: plain((text) => text.toLowerCase().replaceAll('ß', 'ss')),
  capitalize: plain(capitalize),
  title: plain(title),
  swapcase: plain((text) =>
    characters(text)
      .map((one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()))
      .join(''),
  ),
  strip: chars(strip),
  lstrip: chars(stripStart),
  rstrip: chars(stripEnd),
  isspace: whole(new RegExp(`^[${SPACE}]+$`)),
  isdigit: whole(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u),
  isdecimal: whole(/^\p{Nd}+$/u),
  isnumeric: whole(/^\p{N}+$/u),
  isalpha: whole(/^\p{L}+$/u),
  isalnum: whole(/^[\p{L}\p{N}]+$/u),
  isascii: plain((text) => characters(text).every((one) => one <= '\x7f')),
  isidentifier: whole(/^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u),
  islower: plain(isLower),
  isupper: plain(isUpper),
  istitle: plain((text) => isCased(text, title)),
  startswith: affix('startsWith'),
  endswith: affix('endsWith'),
  split: {
    parameters: ['sep', 'maxsplit'],
    call: (text, args) => split(text, args.string('sep'), args.int('maxsplit', -1)),
  },
  rsplit: {
    parameters: ['sep', 'maxsplit'],
    call: (text, args) => splitFromEnd(text, args.string('sep'), args.int('maxsplit', -1)),
  },
  splitlines: {
    parameters: ['keepends'],
    call: (text, args) => splitLines(text, args.isTrue('keepends')),
  },
  partition: {
    parameters: ['sep'],
    call: (text, args) => parts(text, String(args.string('sep')), 'indexOf'),
  },
  rpartition: {
    parameters: ['sep'],
    call: (text, args) => parts(text, String(args.string('sep')), 'lastIndexOf'),
  },
  replace: {
    parameters: ['old', 'new', 'count'],
    call: (text, args) =>
      replace(text, required(args, 'old'), required(args, 'new'), args.int('count', -1)),
  },
  find: search('indexOf', false),
  rfind: search('lastIndexOf', false),
  index: search('indexOf', true),
  rindex: search('lastIndexOf', true),
  count: {
    parameters: ['sub'],
    call: (text, args) => {
      const sub = required(args, 'sub')
      return sub === '' ? characters(text).length + 1 : text.split(sub).length - 1
    },
  },
  join: {
    parameters: ['iterable'],
    call: (text, args) =>
      [...itemsOf(args.value('iterable'))]
        .map((item, i) => {
          if (typeof item === 'string') return item
          throw new JinjaError(`sequence item ${i}: expected str instance, ${typeName(item)} found`)
        })
        .join(text),
  },
  removeprefix: {
    parameters: ['prefix'],
    call: (text, args) => {
      const prefix = required(args, 'prefix')
      return text.startsWith(prefix) ? text.slice(prefix.length) : text
    },
  },
  removesuffix: {
    parameters: ['suffix'],
    call: (text, args) => {
      const suffix = required(args, 'suffix')
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text
    },
  },
  zfill: {
    parameters: ['width'],
    call: (text, args) => {
      const sign = /^[+-]/.exec(text)?.[0] ?? ''
      return sign + text.slice(sign.length).padStart(args.int('width', 0) - sign.length, '0')
    },
  },
  ljust: justified((missing) => [0, missing]),
  rjust: justified((missing) => [missing, 0]),
  center: justified((missing, width) => {
    // Python gives the odd space to the left if the width is odd
    const left = Math.floor(missing / 2) + (missing & width & 1)
    return [left, missing - left]
  }),
  expandtabs: {
    parameters: ['tabsize'],
    call: (text, args) => expandTabs(text, args.int('tabsize', 8)),
  },
}

/** A method bound to its string; undefined if there is none of that name. */
export function stringMethod(text: string, name: string): Callable | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  return (
    method && new Callable(name, (args) => method.call(text, bind(name, method.parameters, args)))
  )
}

function required(args: Bound, name: string): string {
  args.value(name)
  const value = args.string(name)
  if (value === undefined) throw new JinjaError(`argument '${name}' must be str, not NoneType`)
  return value
}

/** `str.split`: at whitespace without a separator. A negative `most` sets no limit. */
function split(text: string, separator: string | undefined, most: number): string[] {
  const limit = most < 0 ? Infinity : most
  if (separator === '') throw new JinjaError('empty separator')
  const found: string[] = []
  let rest = separator === undefined ? stripStart(text) : text
  const pattern = separator === undefined ? new RegExp(`[${SPACE}]+`) : undefined
  while (found.length < limit) {
    const at = pattern ? rest.search(pattern) : rest.indexOf(separator ?? '')
    if (at < 0) break
    found.push(rest.slice(0, at))
    rest = pattern ? stripStart(rest.slice(at)) : rest.slice(at + (separator ?? '').length)
  }
  return separator === undefined && rest === '' ? found : [...found, rest]
}

function splitFromEnd(text: string, separator: string | undefined, most: number): string[] {
  const reversed = (value: string): string => characters(value).toReversed().join('')
  return split(reversed(text), separator === undefined ? undefined : reversed(separator), most)
    .map(reversed)
    .toReversed()
}

function parts(text: string, separator: string, from: 'indexOf' | 'lastIndexOf'): Value {
  if (separator === '') throw new JinjaError('empty separator')
  const at = text[from](separator)
  if (at < 0) return from === 'indexOf' ? tuple(text, '', '') : tuple('', '', text)
  return tuple(text.slice(0, at), separator, text.slice(at + separator.length))
}

/** `str.replace`; a negative `most` sets no limit. */
export function replace(text: string, old: string, next: string, most: number): string {
  const limit = most < 0 ? Infinity : most
  // an empty string is found before every character and at the end
  const pieces = old === '' ? ['', ...characters(text), ''] : text.split(old)
  const replaced = Math.min(limit, pieces.length - 1)
  const head = pieces.slice(0, replaced).map((piece) => piece + next)
  return head.join('') + pieces.slice(replaced).join(old)
}

function affix(test: 'startsWith' | 'endsWith'): Method {
  return {
    parameters: ['affix', 'start', 'end'],
    call: (text, args) => {
      const affixes = args.value('affix')
      const all = affixes instanceof TemplateSequence ? affixes.items : [affixes]
      const range = characters(text).slice(
        args.int('start', 0),
        args.optional('end') === undefined ? undefined : args.int('end', 0),
      )
      const part = range.join('')
      return all.some((one) => {
        if (typeof one === 'string') return part[test](one)
        throw new JinjaError(`first arg must be str or a tuple of str, not ${typeName(one)}`)
      })
    },
  }
}

function search(from: 'indexOf' | 'lastIndexOf', fails: boolean): Method {
  return {
    parameters: ['sub', 'start', 'end'],
    call: (text, args) => {
      const all = characters(text)
      const start = args.int('start', 0)
      const offset = start < 0 ? Math.max(0, start + all.length) : start
      const end = args.optional('end') === undefined ? undefined : args.int('end', 0)
      const part = all.slice(start, end).join('')
      const at = part[from](required(args, 'sub'))
      if (at < 0 && fails) throw new JinjaError('substring not found')
      return at < 0 ? -1 : offset + characters(part.slice(0, at)).length
    },
  }
}

function justified(shares: (missing: number, width: number) => [number, number]): Method {
  return {
    parameters: ['width', 'fillchar'],
    call: (text, args) => {
      const width = args.int('width', 0)
      const [left, right] = shares(Math.max(0, width - characters(text).length), width)
      const fill = args.string('fillchar') ?? ' '
      return fill.repeat(left) + text + fill.repeat(right)
    },
  }
}

function expandTabs(text: string, size: number): string {
  let column = 0
  return characters(text)
    .map((one) => {
      if (one === '\n' || one === '\r') column = -1
      const spaces = one === '\t' && size > 0 ? size - (column % size) : 0
      column += one === '\t' ? spaces : 1
      return one === '\t' ? ' '.repeat(spaces) : one
    })
    .join('')
}
