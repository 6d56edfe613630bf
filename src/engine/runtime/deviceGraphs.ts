// Graphs that make and join tensors in the memory of a device.
import { type GraphValue, INT64, modelBytes } from './smallGraphs'

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

/** Tensor names of {@link joinRowsGraph}. */
export const JOIN = { first: 'first', second: 'second', joined: 'joined', rows: 'rows' } as const

/**
 * Pads two cache tensors ([rows, heads, tokens, dim] of type `element`) with `pads.first` and
 * `pads.second` (int64, see operator Pad), concatenates them, and gathers the rows `rows` (int64,
 * repeats allowed).
 */
export function joinRowsGraph(element: number): Uint8Array {
  const cache = (name: string, rows: string, tokens: string): GraphValue => ({
    name,
    element,
    dims: [rows, 'heads', tokens, 'dim'],
  })
  const pad = (name: string): { operator: string; inputs: string[]; output: string } => ({
    operator: 'Pad',
    inputs: [name, `pads.${name}`],
    output: `wide.${name}`,
  })
  return modelBytes(
    [
      pad(JOIN.first),
      pad(JOIN.second),
      {
        operator: 'Concat',
        inputs: [`wide.${JOIN.first}`, `wide.${JOIN.second}`],
        output: 'both',
        attributes: { axis: 0 },
      },
      { operator: 'Gather', inputs: ['both', JOIN.rows], output: JOIN.joined },
    ],
    [
      cache(JOIN.first, 'a', 'b'),
      cache(JOIN.second, 'c', 'd'),
      ...[JOIN.rows, `pads.${JOIN.first}`, `pads.${JOIN.second}`].map(list),
    ],
    [cache(JOIN.joined, 'e', 'f')],
  )
}

function list(name: string): GraphValue {
  return { name, element: INT64, dims: [`${name}.length`] }
}
