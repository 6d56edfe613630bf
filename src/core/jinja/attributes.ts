// `value.name` and `value[key]`, in Jinja's sandbox: attributes before items, items before
// attributes, and no method that changes its value.
import { bind } from './arguments'
import { repr, text } from './python'
import { strFormat } from './strFormat'
import { stringMethod } from './stringMethods'
import {
  Callable,
  characters,
  Dict,
  equals,
  Float,
  JinjaError,
  Loop,
  Namespace,
  orElse,
  TemplateSequence,
  tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

/** Methods that change their value: they exist, and fail when they are called. */
const UNSAFE: Readonly<Record<string, readonly string[]>> = {
  list: ['append', 'clear', 'extend', 'insert', 'pop', 'remove', 'reverse', 'sort'],
  dict: ['clear', 'pop', 'popitem', 'setdefault', 'update'],
}

/** `object.name`: an attribute or method, else the item of that name, else undefined. */
export function getAttribute(object: Value, name: string): Value {
  const found = attribute(object, name)
  if (found !== undefined) return found
  return orElse(item(object, name), missing(object, name))
}

/** `object[key]`: an item, else the attribute or method of that name, else undefined. */
export function getItem(object: Value, key: Value): Value {
  const found = item(object, key)
  if (found !== undefined) return found
  const named = typeof key === 'string' ? attribute(object, key) : undefined
  return orElse(named, missing(object, key))
}

/** The attribute at a dotted path, in which numbers are indices; `fallback` if it is undefined. */
export function getPath(object: Value, path: Value, fallback?: Value): Value {
  const parts =
    typeof path === 'string'
      ? path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
      : [path]
  return parts.reduce<Value>((value, part) => {
    const found = getItem(value, part)
    return found instanceof Undefined && fallback !== undefined && fallback !== null
      ? fallback
      : found
  }, object)
}

/** `object[start:stop:step]`; undefined bounds are absent. */
export function getSlice(object: Value, bounds: readonly (Value | undefined)[]): Value {
  if (object instanceof Undefined) object.fail()
  const [start, stop, step] = bounds.map((bound) => {
    if (bound === undefined || bound === null) return undefined
    if (typeof bound === 'number' || typeof bound === 'boolean') return Number(bound)
    if (bound instanceof Undefined) bound.fail()
    throw new JinjaError('slice indices must be integers or None')
  })
  if (step === 0) throw new JinjaError('slice step cannot be zero')
  const cut = <T>(all: readonly T[]): T[] => slice(all, start, stop, step ?? 1)
  if (typeof object === 'string') return cut(characters(object)).join('')
  if (Array.isArray(object)) return cut(object)
  if (object instanceof TemplateSequence && (object.kind === 'tuple' || object.kind === 'range'))
    return new TemplateSequence(object.kind, cut(object.items))
  return missing(object, 'slice')
}

function slice<T>(
  all: readonly T[],
  start: number | undefined,
  stop: number | undefined,
  step: number,
): T[] {
  const { length } = all
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const clamped = (index: number): number =>
    Math.min(Math.max(index < 0 ? index + length : index, lowest), highest)
  const from = start === undefined ? (step > 0 ? lowest : highest) : clamped(start)
  const to = stop === undefined ? (step > 0 ? highest : lowest) : clamped(stop)
  const found: T[] = []
  for (let i = from; step > 0 ? i < to : i > to; i += step) found.push(all[i]!)
  return found
}

function missing(object: Value, key: Value): Undefined {
  if (object instanceof Undefined) object.fail()
  const type = object === null ? 'None' : `${typeName(object)} object`
  return new Undefined(
    typeof key === 'string'
      ? `'${type}' has no attribute '${key}'`
      : `${type} has no element ${repr(key)}`,
  )
}

function item(object: Value, key: Value): Value | undefined {
  if (object instanceof Dict)
    return Array.isArray(key) || key instanceof Dict ? undefined : object.get(key)
  if (typeof key !== 'number' && typeof key !== 'boolean') return undefined
  const index = Number(key)
  if (typeof object === 'string') return characters(object).at(index)
  if (Array.isArray(object)) return object.at(index)
  return object instanceof TemplateSequence && (object.kind === 'tuple' || object.kind === 'range')
    ? object.items.at(index)
    : undefined
}

function attribute(object: Value, name: string): Value | undefined {
  if (typeof object === 'string') return formatMethod(object, name) ?? stringMethod(object, name)
  if (UNSAFE[typeName(object)]?.includes(name) === true)
    return new Undefined(`access to attribute '${name}' of '${typeName(object)}' object is unsafe.`)
  if (object instanceof Dict) return dictMethod(object, name)
  if (Array.isArray(object))
    return name === 'copy' ? method(name, () => [...object]) : itemsMethod(object, name)
  if (object instanceof TemplateSequence && object.names.includes(name))
    return object.items[object.names.indexOf(name)]
  if (object instanceof TemplateSequence && (object.kind === 'tuple' || object.kind === 'range'))
    return itemsMethod(object.items, name)
  if (object instanceof Namespace) return object.attributes.get(name)
  if (object instanceof Loop) return object.attribute(name)
  if (object instanceof Callable && name === 'name') return object.name
  return numberMethod(object, name)
}

const method = (name: string, call: Callable['call']): Callable => new Callable(name, call)

function formatMethod(object: string, name: string): Callable | undefined {
  const lookup = { getAttribute, getItem }
  if (name === 'format') return method(name, (args) => strFormat(object, args, lookup))
  if (name !== 'format_map') return undefined
  return method(name, (args) => {
    const mapping = bind(name, ['mapping'], args).value('mapping')
    if (!(mapping instanceof Dict)) throw new JinjaError('format_map() expects a mapping')
    const named = new Map(mapping.items().map(([key, value]) => [text(key), value]))
    return strFormat(object, { positional: [], named }, lookup)
  })
}

function dictMethod(object: Dict, name: string): Value | undefined {
  switch (name) {
    case 'get':
      return method(name, (args) => {
        const bound = bind(name, ['key', 'default'], args)
        return orElse(object.get(bound.value('key')), orElse(bound.optional('default'), null))
      })
    case 'items':
      return method(
        name,
        () =>
          new TemplateSequence(
            'dict_items',
            object.items().map(([key, value]) => tuple(key, value)),
          ),
      )
    case 'keys':
      return method(name, () => new TemplateSequence('dict_keys', object.keys()))
    case 'values':
      return method(name, () => new TemplateSequence('dict_values', object.values()))
    case 'copy':
      return method(name, () => new Dict(object.items()))
    default:
      return undefined
  }
}

/** The methods that lists and tuples share. */
function itemsMethod(items: readonly Value[], name: string): Value | undefined {
  switch (name) {
    case 'count':
      return method(name, (args) => {
        const value = bind(name, ['value'], args).value('value')
        return items.filter((one) => equals(one, value)).length
      })
    case 'index':
      return method(name, (args) => {
        const value = bind(name, ['value'], args).value('value')
        const index = items.findIndex((one) => equals(one, value))
        if (index < 0) throw new JinjaError(`${repr(value)} is not in list`)
        return index
      })
    default:
      return undefined
  }
}

function numberMethod(object: Value, name: string): Value | undefined {
  if (object instanceof Float && name === 'is_integer')
    return method(name, () => Number.isInteger(object.value))
  if (typeof object === 'number' && name === 'bit_length')
    return method(name, () => (object === 0 ? 0 : Math.abs(object).toString(2).length))
  return undefined
}
