// Python's `str.format`.
import { formatValue } from './formatSpec'
import { repr, text } from './python'
import { type CallValues, JinjaError, type Value } from './values'

const FIELD =
  /^(?<first>[^.[!:]*)(?<path>(?:\.[^.[!:]+|\[[^\]]*\])*)(?:!(?<conversion>[rsa]))?(?::(?<spec>[^]*))?$/
const PART = /\.(?<attribute>[^.[]+)|\[(?<item>[^\]]*)\]/g

/** How `{0.name}` and `{0[key]}` are read. */
interface Lookup {
  getAttribute: (object: Value, name: string) => Value
  getItem: (object: Value, key: Value) => Value
}

/** Python's `format.format(…)`. @throws JinjaError where Python raises an error. */
export function strFormat(format: string, args: CallValues, lookup: Lookup): string {
  return new StrFormat(args, lookup).format(format)
}

class StrFormat {
  private automatic = 0

  constructor(
    private readonly args: CallValues,
    private readonly lookup: Lookup,
  ) {}

  format(format: string): string {
    let result = ''
    for (let at = 0; at < format.length;) {
      const character = format[at]!
      if (character !== '{' && character !== '}') {
        result += character
        at++
      } else if (format[at + 1] === character) {
        result += character
        at += 2
      } else {
        const end = character === '{' ? closingOf(format, at) : -1
        if (end < 0) throw new JinjaError(`Single '${character}' encountered in format string`)
        result += this.field(format.slice(at + 1, end))
        at = end + 1
      }
    }
    return result
  }

  private field(field: string): string {
    const groups = FIELD.exec(field)?.groups as Record<string, string | undefined> | undefined
    if (!groups) throw new JinjaError(`Invalid format field '${field}'`)
    let value = this.argument(groups['first'] ?? '')
    for (const { groups: part } of (groups['path'] ?? '').matchAll(PART)) {
      const { attribute, item = '' } = part as Record<string, string | undefined>
      value =
        attribute !== undefined
          ? this.lookup.getAttribute(value, attribute)
          : this.lookup.getItem(value, /^\d+$/.test(item) ? Number(item) : item)
    }
    const { conversion, spec = '' } = groups
    const converted =
      conversion === undefined ? value : conversion === 's' ? text(value) : repr(value)
    return formatValue(converted, spec.includes('{') ? this.format(spec) : spec)
  }

  private argument(name: string): Value {
    const index = name === '' ? this.automatic++ : /^\d+$/.test(name) ? Number(name) : undefined
    const value = index === undefined ? this.args.named.get(name) : this.args.positional[index]
    if (value !== undefined) return value
    throw new JinjaError(
      index === undefined
        ? `'${name}'`
        : `Replacement index ${index} out of range for positional args tuple`,
    )
  }
}

/** The index of the brace that closes the one at `open`; -1 without one. */
function closingOf(format: string, open: number): number {
  let depth = 0
  for (let at = open; at < format.length; at++) {
    if (format[at] === '{') depth++
    if (format[at] === '}' && --depth === 0) return at
  }
  return -1
}
