// The values of templates: Python's types, as far as Jinja templates can make them.

/** An error of a template or of its rendering, in the words of Jinja or Python. */
export class JinjaError extends Error {
  override readonly name = 'JinjaError'
}

/** `int` is a number, `float` a {@link Float}, `list` an array, `str` a string, `None` null. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Float
  | Undefined
  | Value[]
  | TemplateSequence
  | Dict
  | Namespace
  | TemplateGenerator
  | Callable
  | Loop

export class Float {
  constructor(readonly value: number) {}
}

/** A name or attribute that does not exist: renders as nothing, fails in most operations. */
export class Undefined {
  /** @param reason the message of the error if the value is used. */
  constructor(readonly reason: string) {}

  fail(): never {
    throw new JinjaError(this.reason)
  }
}

/** A sequence that is not a list. The last three are views of a dict. */
export class TemplateSequence {
  constructor(
    readonly kind: 'tuple' | 'range' | 'dict_keys' | 'dict_values' | 'dict_items',
    readonly items: readonly Value[],
    /** Attributes of a tuple: names of its items. */
    readonly names: readonly string[] = [],
  ) {}
}

/** `value`, or `other` if it is absent. None is a value, which `??` would replace. */
export const orElse = (value: Value | undefined, other: Value): Value =>
  value === undefined ? other : value

export const tuple = (...items: Value[]): TemplateSequence => new TemplateSequence('tuple', items)

/** A dict. Keys are equal as in Python: 1, 1.0 and True are one key. */
export class Dict {
  private readonly entries = new Map<string, readonly [key: Value, value: Value]>()

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.entries.size
  }

  get(key: Value): Value | undefined {
    return this.entries.get(hash(key))?.[1]
  }

  has(key: Value): boolean {
    return this.entries.has(hash(key))
  }

  set(key: Value, value: Value): void {
    const id = hash(key)
    this.entries.set(id, [orElse(this.entries.get(id)?.[0], key), value])
  }

  keys(): Value[] {
    return [...this.entries.values()].map(([key]) => key)
  }

  values(): Value[] {
    return [...this.entries.values()].map(([, value]) => value)
  }

  items(): (readonly [Value, Value])[] {
    return [...this.entries.values()]
  }
}

/** The result of `namespace()`: the only value whose attributes a template can set. */
export class Namespace {
  constructor(readonly attributes: Map<string, Value>) {}
}

/** What filters such as `map` and `select` return: it can be iterated once, and is always true. */
export class TemplateGenerator {
  private readonly iterator: Iterator<Value, unknown>

  constructor(values: Iterable<Value>) {
    this.iterator = values[Symbol.iterator]()
  }

  *[Symbol.iterator](): IterableIterator<Value> {
    for (let next = this.iterator.next(); next.done !== true; next = this.iterator.next())
      yield next.value
  }
}

export interface CallValues {
  positional: readonly Value[]
  named: ReadonlyMap<string, Value>
}

/** A function, method or macro. */
export class Callable {
  constructor(
    readonly name: string,
    readonly call: (args: CallValues) => Value,
  ) {}
}

/** The variable `loop` of a for loop. */
export class Loop {
  index0 = 0
  private last: Value | undefined

  constructor(
    readonly items: readonly Value[],
    readonly depth0: number,
    /** Renders the loop's body for other items; absent unless the loop is recursive. */
    readonly recurse: ((items: Value, depth: number) => string) | undefined,
  ) {}

  attribute(name: string): Value | undefined {
    const { index0, items, depth0 } = this
    switch (name) {
      case 'index0':
        return index0
      case 'index':
        return index0 + 1
      case 'revindex0':
        return items.length - index0 - 1
      case 'revindex':
        return items.length - index0
      case 'first':
        return index0 === 0
      case 'last':
        return index0 === items.length - 1
      case 'length':
        return items.length
      case 'depth':
        return depth0 + 1
      case 'depth0':
        return depth0
      case 'previtem':
        return orElse(items[index0 - 1], new Undefined('there is no previous item'))
      case 'nextitem':
        return orElse(items[index0 + 1], new Undefined('there is no next item'))
      case 'cycle':
        return new Callable(name, ({ positional }) => {
          const value = positional[index0 % positional.length]
          if (value === undefined) throw new JinjaError('no items for cycling given')
          return value
        })
      case 'changed':
        return new Callable(name, ({ positional }) => {
          const value = tuple(...positional)
          const changed = this.last === undefined || !equals(this.last, value)
          this.last = value
          return changed
        })
      default:
        return undefined
    }
  }
}

export const isNumber = (value: Value): value is number | boolean | Float =>
  typeof value === 'number' || typeof value === 'boolean' || value instanceof Float

export const toNumber = (value: number | boolean | Float): number =>
  value instanceof Float ? value.value : Number(value)

/** The name of the value's type in Python. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Float) return 'float'
  if (value instanceof TemplateSequence) return value.kind
  if (value instanceof Dict) return 'dict'
  if (value instanceof Namespace) return 'Namespace'
  if (value instanceof Undefined) return 'Undefined'
  if (value instanceof TemplateGenerator) return 'generator'
  if (value instanceof Loop) return 'LoopContext'
  if (value instanceof Callable) return 'function'
  return typeof value === 'string' ? 'str' : typeof value === 'boolean' ? 'bool' : 'int'
}

/** Python's truth of a value. */
export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false
  if (isNumber(value)) return toNumber(value) !== 0
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0
  if (value instanceof TemplateSequence) return value.items.length > 0
  return value instanceof Dict ? value.size > 0 : true
}

/** The characters of Python: code points, where JavaScript counts UTF-16 units. */
export const characters = (text: string): string[] => Array.from(text)

const characterCount = (text: string): number =>
  /[\ud800-\udfff]/.test(text) ? characters(text).length : text.length

/** `len()`; null for a value without a length. */
export function lengthOf(value: Value): number | null {
  if (typeof value === 'string') return characterCount(value)
  if (Array.isArray(value)) return value.length
  if (value instanceof TemplateSequence || value instanceof Loop) return value.items.length
  if (value instanceof Dict) return value.size
  return value instanceof Undefined ? 0 : null
}

/** The items of a value; null for one that cannot be iterated. */
export function itemsOrNull(value: Value): Iterable<Value> | null {
  if (typeof value === 'string') return characters(value)
  if (Array.isArray(value) || value instanceof TemplateGenerator) return value
  if (value instanceof TemplateSequence) return value.items
  if (value instanceof Dict) return value.keys()
  return value instanceof Undefined ? [] : null
}

/** The items of a value. @throws JinjaError for one that cannot be iterated. */
export function itemsOf(value: Value): Iterable<Value> {
  const items = itemsOrNull(value)
  if (items === null) throw new JinjaError(`'${typeName(value)}' object is not iterable`)
  return items
}

/** A string that is the same for equal keys. */
export function hash(value: Value): string {
  if (typeof value === 'string') return `s${value}`
  if (isNumber(value)) return `n${toNumber(value)}`
  if (value === null) return 'none'
  if (value instanceof Undefined) return 'undefined'
  if (value instanceof TemplateSequence && value.kind === 'tuple')
    return `t${JSON.stringify(value.items.map(hash))}`
  throw new JinjaError(`unhashable type: '${typeName(value)}'`)
}

/** Python's `==`: numbers by value whatever their type, containers item by item. */
export function equals(one: Value, other: Value): boolean {
  if (isNumber(one) && isNumber(other)) return toNumber(one) === toNumber(other)
  if (Array.isArray(one)) return Array.isArray(other) && allEqual(one, other)
  if (one instanceof TemplateSequence)
    return (
      other instanceof TemplateSequence &&
      one.kind === other.kind &&
      allEqual(one.items, other.items)
    )
  if (one instanceof Dict)
    return (
      other instanceof Dict &&
      one.size === other.size &&
      one.items().every(([key, value]) => {
        const theirs = other.get(key)
        return theirs !== undefined && equals(value, theirs)
      })
    )
  return one === other || (one instanceof Undefined && other instanceof Undefined)
}

const allEqual = (some: readonly Value[], others: readonly Value[]): boolean =>
  some.length === others.length && some.every((value, i) => equals(value, others[i]!))
