// Graphs that make and join tensors in the memory of a device.
import { type GraphValue, INT64, modelBytes, type Node } from './smallGraphs'

/** Tensor names of {@link expandGraph}, by number. */
export const MADE = {
  shape: (number: number) => `shape.${number}`,
  tensor: (number: number) => `made.${number}`,
}

/** `count` tensors of zeros of type `element`, with the dimensions in the inputs (int64). */
export function expandGraph(element: number, count: number): Uint8Array {
  const numbers = Array.from({ length: count }, (_, number) => number)
  return modelBytes(
    [
      { operator: 'Cast', inputs: ['single'], output: 'zero', attributes: { to: element } },
      ...numbers.map((number) => ({
        operator: 'Expand',
        inputs: ['zero', MADE.shape(number)],
        output: MADE.tensor(number),
      })),
    ],
    numbers.map((number) => list(MADE.shape(number))),
    numbers.map((number) => ({ name: MADE.tensor(number), element, dims: [] })),
    [{ name: 'single', values: Float32Array.of(0) }],
  )
}

/** Tensor names of {@link joinRowsGraph}, by number. */
export const JOIN = {
  first: (number: number) => `first.${number}`,
  second: (number: number) => `second.${number}`,
  joined: (number: number) => `joined.${number}`,
  rows: 'rows',
  padsFirst: 'pads.first',
  padsSecond: 'pads.second',
}

/**
 * For each of `count` pairs of cache tensors ([rows, heads, tokens, dim] of type `element`): pads
 * the two with `pads.first` and `pads.second` (int64, see operator Pad), concatenates them, and
 * gathers the rows `rows` (int64, repeats allowed).
 */
export function joinRowsGraph(element: number, count: number): Uint8Array {
  const numbers = Array.from({ length: count }, (_, number) => number)
  const cache = (name: string, rows: string, tokens: string): GraphValue => ({
    name,
    element,
    dims: [rows, 'heads', tokens, 'dim'],
  })
  const pad = (name: string, pads: string): Node => ({
    operator: 'Pad',
    inputs: [name, pads],
    output: `wide.${name}`,
  })
  return modelBytes(
    numbers.flatMap((number) => [
      pad(JOIN.first(number), JOIN.padsFirst),
      pad(JOIN.second(number), JOIN.padsSecond),
      {
        operator: 'Concat',
        inputs: [`wide.${JOIN.first(number)}`, `wide.${JOIN.second(number)}`],
        output: `both.${number}`,
        attributes: { axis: 0 },
      },
      { operator: 'Gather', inputs: [`both.${number}`, JOIN.rows], output: JOIN.joined(number) },
    ]),
    [
      ...numbers.flatMap((number) => [
        cache(JOIN.first(number), 'a', 'b'),
        cache(JOIN.second(number), 'c', 'd'),
      ]),
      ...[JOIN.rows, JOIN.padsFirst, JOIN.padsSecond].map(list),
    ],
    numbers.map((number) => cache(JOIN.joined(number), 'e', 'f')),
  )
}

function list(name: string): GraphValue {
  return { name, element: INT64, dims: [`${name}.length`] }
}
