// The functions that transformers offers to chat templates.
import { bind } from './arguments'
import { text } from './python'
import { fixedDate } from './strftime'
import {
  Callable,
  Dict,
  itemsOf,
  JinjaError,
  Namespace,
  TemplateSequence,
  type CallValues,
  type Value,
} from './values'

/** Longer ranges are refused, as in Jinja's sandbox. */
const MAX_RANGE = 100_000

const FUNCTIONS: Readonly<Record<string, (args: CallValues) => Value>> = {
  range: ({ positional }) => range(positional.map(wholeNumber)),
  dict,
  namespace: (args) =>
    new Namespace(
      new Map(
        dict(args)
          .items()
          .map(([key, value]) => [text(key), value]),
      ),
    ),
  raise_exception: (args) => {
    throw new JinjaError(text(bind('raise_exception', ['message'], args).value('message')))
  },
  strftime_now: (args) => fixedDate(text(bind('strftime_now', ['format'], args).value('format'))),
  cycler: ({ positional }) => cycler(positional),
  joiner: (args) => {
    const separator = bind('joiner', ['sep'], args).text('sep', ', ')
    let used = false
    return new Callable('joiner', () => {
      const result = used ? separator : ''
      used = true
      return result
    })
  },
}

export const GLOBALS: readonly (readonly [string, Value])[] = Object.entries(FUNCTIONS).map(
  ([name, run]) => [name, new Callable(name, run)],
)

function wholeNumber(value: Value): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
  throw new JinjaError(`an integer is required, not ${text(value)}`)
}

function range(bounds: readonly number[]): TemplateSequence {
  const [start = 0, stop = 0, step = 1] = bounds.length === 1 ? [0, ...bounds] : bounds
  if (step === 0) throw new JinjaError('range() arg 3 must not be zero')
  const length = Math.max(0, Math.ceil((stop - start) / step))
  if (length > MAX_RANGE)
    throw new JinjaError(`Range too big. The sandbox blocks ranges larger than ${MAX_RANGE}.`)
  return new TemplateSequence(
    'range',
    Array.from({ length }, (_, i) => start + i * step),
  )
}

function dict({ positional: [source], named }: CallValues): Dict {
  const pairs =
    source === undefined
      ? []
      : source instanceof Dict
        ? source.items()
        : [...itemsOf(source)].map((pair): readonly [Value, Value] => {
            const [key, value, ...more] = itemsOf(pair)
            if (key === undefined || value === undefined || more.length > 0)
              throw new JinjaError('dictionary update sequence element has a length that is not 2')
            return [key, value]
          })
  return new Dict([...pairs, ...named])
}

/** A namespace, so that its attributes can be read. */
function cycler(items: readonly Value[]): Namespace {
  if (items.length === 0) throw new JinjaError('at least one item has to be provided')
  let position = 0
  const state = new Namespace(new Map<string, Value>([['current', items[0]!]]))
  const moveTo = (next: number): void => {
    position = next % items.length
    state.attributes.set('current', items[position]!)
  }
  const next = new Callable('next', () => {
    const value = items[position]!
    moveTo(position + 1)
    return value
  })
  const reset = new Callable('reset', () => {
    moveTo(0)
    return null
  })
  state.attributes.set('next', next)
  state.attributes.set('reset', reset)
  return state
}
