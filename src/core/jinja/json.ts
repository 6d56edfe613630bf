// Python's `json.dumps`, which transformers uses for the filter `tojson`.
import { order } from './operators'
import { floatText, intText } from './python'
import { Dict, Float, JinjaError, TemplateSequence, typeName, type Value } from './values'

interface JsonOptions {
  /** The text of one level; null writes everything in one line. */
  indent: string | null
  separators: readonly [item: string, key: string]
  asciiOnly: boolean
  sortKeys: boolean
}

/** JSON as Python's `json.dumps` writes it. @param depth of nesting, for the indentation. */
export function toJson(value: Value, options: JsonOptions, depth = 0): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return jsonString(value, options)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') return intText(value)
  if (value instanceof Float) return jsonFloat(value.value)
  if (Array.isArray(value) || (value instanceof TemplateSequence && value.kind === 'tuple')) {
    const items = Array.isArray(value) ? value : value.items
    return enclosed(
      '[]',
      items.map((item) => toJson(item, options, depth + 1)),
      options,
      depth,
    )
  }
  if (!(value instanceof Dict))
    throw new JinjaError(`Object of type ${typeName(value)} is not JSON serializable`)
  const entries = options.sortKeys
    ? value.items().toSorted(([a], [b]) => order(a, b))
    : value.items()
  const members = entries.map(
    ([key, item]) =>
      jsonString(keyText(key), options) + options.separators[1] + toJson(item, options, depth + 1),
  )
  return enclosed('{}', members, options, depth)
}

function enclosed(
  [open = '', close = '']: string,
  members: readonly string[],
  { indent, separators }: JsonOptions,
  depth: number,
): string {
  if (members.length === 0) return open + close
  if (indent === null) return open + members.join(separators[0]) + close
  const line = (level: number): string => `\n${indent.repeat(level)}`
  return (
    open + line(depth + 1) + members.join(separators[0] + line(depth + 1)) + line(depth) + close
  )
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity'
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key
  if (key === null) return 'null'
  if (typeof key === 'boolean') return key ? 'true' : 'false'
  if (typeof key === 'number') return intText(key)
  if (key instanceof Float) return jsonFloat(key.value)
  throw new JinjaError(`keys must be str, int, float, bool or None, not ${typeName(key)}`)
}

const jsonString = (value: string, { asciiOnly }: JsonOptions): string => {
  const json = JSON.stringify(value)
  return asciiOnly
    ? json.replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : json
}
