// The filters of lists, dicts and other values that can be iterated.
import { getAttribute, getPath } from './attributes'
import { bind, type Bound } from './arguments'
import { binary, order } from './operators'
import { repr, text } from './python'
import type { ApplyFilter, Filter } from './filter'
import { applyTest } from './tests'
import {
  type CallValues,
  characters,
  Dict,
  TemplateGenerator,
  hash,
  isTrue,
  itemsOf,
  JinjaError,
  lengthOf,
  orElse,
  TemplateSequence,
  tuple,
  typeName,
  Undefined,
  type Value,
} from './values'

const of = (parameters: readonly string[], call: (value: Value, args: Bound) => Value): Filter => ({
  call: (value, args) => call(value, bind('filter', parameters, args)),
})
const SORTING = ['reverse', 'case_sensitive', 'attribute']
const CASE = ['case_sensitive', 'attribute']

export const SEQUENCE_FILTERS: Readonly<Record<string, Filter>> = {
  length: of([], length),
  count: of([], length),
  list: of([], (value) => [...itemsOf(value)]),
  first: of([], (value) => {
    for (const item of itemsOf(value)) return item
    return new Undefined('No first item, sequence was empty.')
  }),
  last: of([], (value) => {
    if (value instanceof TemplateGenerator)
      throw new JinjaError("'generator' object is not reversible")
    return orElse([...itemsOf(value)].at(-1), new Undefined('No last item, sequence was empty.'))
  }),
  reverse: of([], (value) =>
    typeof value === 'string'
      ? characters(value).toReversed().join('')
      : value instanceof TemplateGenerator
        ? [...value].toReversed()
        : new TemplateGenerator([...itemsOf(value)].toReversed()),
  ),
  join: of(['d', 'attribute'], (value, args) => {
    const path = args.optional('attribute') ?? null
    const items = [...itemsOf(value)].map((item) => (path === null ? item : getPath(item, path)))
    return items.map(text).join(args.text('d', ''))
  }),
  default: of(['default_value', 'boolean'], byDefault),
  d: of(['default_value', 'boolean'], byDefault),
  items: of([], (value) => {
    if (value instanceof Undefined) return new TemplateGenerator([])
    if (!(value instanceof Dict)) throw new JinjaError('Can only get item pairs from a mapping.')
    return new TemplateGenerator(value.items().map(([key, item]) => tuple(key, item)))
  }),
  dictsort: of(['case_sensitive', 'by', 'reverse'], (value, args) => {
    if (!(value instanceof Dict)) throw new JinjaError(`'${typeName(value)}' object has no items`)
    const part = args.string('by') === 'value' ? 1 : 0
    const isSensitive = args.isTrue('case_sensitive')
    const pairs = value.items().map((pair) => tuple(...pair))
    return sorted(pairs, (pair) => folded(pair.items[part]!, isSensitive), args.isTrue('reverse'))
  }),
  sort: of(SORTING, (value, args) => {
    const isSensitive = args.isTrue('case_sensitive')
    const attribute = args.optional('attribute') ?? null
    const paths = typeof attribute === 'string' ? attribute.split(',') : [attribute]
    const key = (item: Value): Value =>
      paths.map((path) => folded(path === null ? item : getPath(item, path), isSensitive))
    return sorted([...itemsOf(value)], key, args.isTrue('reverse'))
  }),
  unique: of(CASE, (value, args) => {
    const seen = new Set<string>()
    const key = keyOf(args)
    return new TemplateGenerator(
      [...itemsOf(value)].filter((item) => {
        const id = hash(key(item))
        return !seen.has(id) && seen.add(id)
      }),
    )
  }),
  min: of(CASE, (value, args) => extreme(value, args, -1)),
  max: of(CASE, (value, args) => extreme(value, args, 1)),
  sum: of(['attribute', 'start'], (value, args) => {
    const path = args.optional('attribute') ?? null
    return [...itemsOf(value)].reduce<Value>(
      (total, item) => binary('+', total, path === null ? item : getPath(item, path)),
      orElse(args.optional('start'), 0),
    )
  }),
  groupby: of(['attribute', 'default', 'case_sensitive'], groupBy),
  batch: of(['linecount', 'fill_with'], (value, args) => {
    const size = args.int('linecount', 1)
    const items = [...itemsOf(value)]
    const rows = Array.from({ length: Math.ceil(items.length / size) }, (_, row) =>
      filled(items.slice(row * size, (row + 1) * size), size, args),
    )
    return new TemplateGenerator(rows)
  }),
  slice: of(['slices', 'fill_with'], (value, args) => {
    const slices = args.int('slices', 1)
    const items = [...itemsOf(value)]
    const size = Math.floor(items.length / slices)
    const longer = items.length % slices
    let at = 0
    return new TemplateGenerator(
      Array.from({ length: slices }, (_, row) => {
        const part = items.slice(at, (at += size + (row < longer ? 1 : 0)))
        return row < longer ? part : filled(part, part.length + 1, args)
      }),
    )
  }),
  attr: of(['name'], (value, args) => {
    const name = String(args.string('name'))
    const found = getAttribute(value, name)
    // unlike `value.name`, it does not fall back to an item
    return value instanceof Dict && value.has(name)
      ? new Undefined(`'dict object' has no attribute '${name}'`)
      : found
  }),
  map: { call: (value, args, apply) => new TemplateGenerator(mapped(value, args, apply)) },
  select: {
    call: (value, args) =>
      new TemplateGenerator(selected(value, args, { attribute: false, keep: true })),
  },
  reject: {
    call: (value, args) =>
      new TemplateGenerator(selected(value, args, { attribute: false, keep: false })),
  },
  selectattr: {
    call: (value, args) =>
      new TemplateGenerator(selected(value, args, { attribute: true, keep: true })),
  },
  rejectattr: {
    call: (value, args) =>
      new TemplateGenerator(selected(value, args, { attribute: true, keep: false })),
  },
}

function length(value: Value): number {
  const found = lengthOf(value)
  if (found === null) throw new JinjaError(`object of type '${typeName(value)}' has no len()`)
  return found
}

function byDefault(value: Value, args: Bound): Value {
  return value instanceof Undefined || (args.isTrue('boolean') && !isTrue(value))
    ? orElse(args.optional('default_value'), '')
    : value
}

const folded = (value: Value, isSensitive: boolean): Value =>
  typeof value === 'string' && !isSensitive ? value.toLowerCase() : value

function keyOf(args: Bound): (item: Value) => Value {
  const path = args.optional('attribute') ?? null
  const isSensitive = args.isTrue('case_sensitive')
  return (item) => folded(path === null ? item : getPath(item, path), isSensitive)
}

/** Stable in both directions, as Python's `sorted`. */
function sorted<T extends Value>(
  items: readonly T[],
  key: (item: T) => Value,
  reverse: boolean,
): T[] {
  const keyed = items.map((item) => ({ item, key: key(item) }))
  return keyed
    .toSorted((a, b) => (reverse ? order(b.key, a.key) : order(a.key, b.key)))
    .map(({ item }) => item)
}

function extreme(value: Value, args: Bound, sign: 1 | -1): Value {
  const key = keyOf(args)
  const [first, ...rest] = itemsOf(value)
  if (first === undefined) return new Undefined('No aggregated item, sequence was empty.')
  return rest.reduce((best, item) => (order(key(item), key(best)) * sign > 0 ? item : best), first)
}

function groupBy(value: Value, args: Bound): Value {
  const isSensitive = args.isTrue('case_sensitive')
  const exact = (item: Value): Value =>
    getPath(item, args.value('attribute'), args.optional('default'))
  const key = (item: Value): Value => folded(exact(item), isSensitive)
  const groups: Value[][] = []
  for (const item of sorted([...itemsOf(value)], key, false)) {
    const group = groups.at(-1)
    if (group && hashOrText(key(group[0]!)) === hashOrText(key(item))) group.push(item)
    else groups.push([item])
  }
  return groups.map(
    (group) => new TemplateSequence('tuple', [exact(group[0]!), group], ['grouper', 'list']),
  )
}

const hashOrText = (value: Value): string =>
  Array.isArray(value) || value instanceof Dict ? repr(value) : hash(value)

function filled(items: Value[], size: number, args: Bound): Value[] {
  const filler = args.optional('fill_with') ?? null
  return filler === null
    ? items
    : [...items, ...Array.from({ length: size - items.length }, () => filler)]
}

function* mapped(value: Value, args: CallValues, apply: ApplyFilter): Iterable<Value> {
  if (!isTrue(value)) return
  const path = args.named.get('attribute')
  const fallback = args.named.get('default')
  const [name, ...positional] = args.positional
  if (name === undefined && path === undefined)
    throw new JinjaError('map requires a filter argument')
  for (const item of itemsOf(value))
    yield name === undefined
      ? getPath(item, path!, fallback)
      : apply(text(name), item, { positional, named: args.named })
}

function* selected(
  value: Value,
  { positional, named }: CallValues,
  { attribute, keep }: { attribute: boolean; keep: boolean },
): Iterable<Value> {
  if (!isTrue(value)) return
  const [path, ...afterPath] = positional
  if (attribute && path === undefined) throw new JinjaError('Missing parameter for attribute name')
  const [name, ...rest] = attribute ? afterPath : positional
  for (const item of itemsOf(value)) {
    const tested = attribute ? getPath(item, path!) : item
    const passes =
      name === undefined
        ? isTrue(tested)
        : applyTest(text(name), tested, { positional: rest, named })
    if (passes === keep) yield item
  }
}
