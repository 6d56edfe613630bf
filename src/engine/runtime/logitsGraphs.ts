// Graphs that reduce logits on the device that computed them, and fetch parts of them.
//
// A device allocates a buffer for each large tensor of a graph, which costs more than to compute
// it. The graphs have few of them.
import { BLOCK, blocksIn } from '../../core/sampling/vocabularyScan'
import {
  type Constant,
  ELEMENTS,
  FLOAT,
  type GraphValue,
  INT32,
  integers,
  modelBytes,
  type Node,
} from './smallGraphs'
import type { FloatType } from './arrays'

/** Tensor names of both graphs. */
export const LOGITS = {
  /** Three dimensions; the last is the vocabulary. */
  logits: 'logits',
  /** [rows, 1, 1], float32: 1 / (2 temperature). */
  halfInverse: 'halfInverse',
  summary: 'summary',
  /** Indices of blocks in all rows, int32. */
  wanted: 'wanted',
  fetched: 'fetched',
} as const

/** Below any logit; finite, and finite after division by a temperature. */
const LOWEST = -1e30

const logitsInput = (type: FloatType): GraphValue => ({
  name: LOGITS.logits,
  element: ELEMENTS[type],
  dims: ['rows', 'last', 'vocabulary'],
})

/** No nodes for single precision. */
const toSingles = (type: FloatType, from: string, to: string): Node[] =>
  type === 'float32'
    ? []
    : [{ operator: 'Cast', inputs: [from], output: to, attributes: { to: FLOAT } }]

/**
 * Nodes that reshape the tensor `from` to the constant `shape`, whole blocks, as the tensor `to`.
 * Padding has the value {@link LOWEST} if `from` is in single precision, else 0.
 */
function inBlocks(
  vocabularySize: number,
  from: { name: string; lowest: boolean },
  to: string,
): { nodes: Node[]; constants: Constant[] } {
  const missing = blocksIn(vocabularySize) * BLOCK - vocabularySize
  if (missing === 0)
    return {
      nodes: [{ operator: 'Reshape', inputs: [from.name, 'shape'], output: to }],
      constants: [],
    }
  const padding = from.lowest ? ['lowest'] : []
  return {
    nodes: [
      { operator: 'Reshape', inputs: [from.name, 'matrix'], output: 'flat' },
      { operator: 'Pad', inputs: ['flat', 'pads', ...padding], output: 'wide' },
      { operator: 'Reshape', inputs: ['wide', 'shape'], output: to },
    ],
    constants: [
      integers('matrix', -1, vocabularySize),
      integers('pads', 0, 0, 0, missing),
      ...padding.map((name) => ({ name, values: Float32Array.of(LOWEST) })),
    ],
  }
}

/**
 * For each row of logits: the maximum of each block, the sums of the roots of weights and of the
 * weights of each block, and the sum of all weights at temperature 1; one after the other in
 * `summary`, [rows, numbers, 1].
 */
export function summaryGraph(type: FloatType, vocabularySize: number): Uint8Array {
  const blocks = blocksIn(vocabularySize)
  const singles = type === 'float32' ? LOGITS.logits : 'singles'
  const cube = inBlocks(vocabularySize, { name: singles, lowest: true }, 'cube')
  const reduced = (operator: string, of: string, output: string): Node => ({
    operator,
    inputs: [of],
    output,
    attributes: { axes: [2] },
  })
  const sum = (of: string, output: string): Node => ({
    operator: 'ReduceSum',
    inputs: [of, 'last'],
    output,
  })
  /** Devices reduce the last axis; another one they transpose first. */
  const perRow = (of: string, output: string): Node => ({
    operator: 'Reshape',
    inputs: [of, 'row'],
    output,
  })
  return modelBytes(
    [
      ...toSingles(type, LOGITS.logits, singles),
      ...cube.nodes,
      reduced('ReduceMax', 'cube', 'maxima'),
      perRow('maxima', 'row.maxima'),
      reduced('ReduceMax', 'row.maxima', 'maximum'),
      { operator: 'Sub', inputs: ['cube', 'maximum'], output: 'depths' },
      { operator: 'Exp', inputs: ['depths'], output: 'plain' },
      sum('plain', 'plain.sums'),
      perRow('plain.sums', 'row.sums'),
      sum('row.sums', 'total'),
      { operator: 'Mul', inputs: ['depths', LOGITS.halfInverse], output: 'halves' },
      { operator: 'Exp', inputs: ['halves'], output: 'roots' },
      sum('roots', 'root.sums'),
      reduced('ReduceSumSquare', 'roots', 'sums'),
      {
        operator: 'Concat',
        inputs: ['maxima', 'root.sums', 'sums', 'total'],
        output: LOGITS.summary,
        attributes: { axis: 1 },
      },
    ],
    [logitsInput(type), { name: LOGITS.halfInverse, element: FLOAT, dims: ['rows', 'one', 'one'] }],
    [{ name: LOGITS.summary, element: FLOAT, dims: ['rows', 'numbers', 'one'] }],
    [
      ...cube.constants,
      integers('shape', -1, blocks, BLOCK),
      integers('row', -1, 1, blocks),
      integers('last', 2),
    ],
  )
}

/** Fetches blocks of logits in single precision, [wanted, tokens per block]. */
export function fetchGraph(type: FloatType, vocabularySize: number): Uint8Array {
  const all = inBlocks(vocabularySize, { name: LOGITS.logits, lowest: false }, 'all')
  const gathered = type === 'float32' ? LOGITS.fetched : 'gathered'
  return modelBytes(
    [
      ...all.nodes,
      { operator: 'Gather', inputs: ['all', LOGITS.wanted], output: gathered },
      ...toSingles(type, gathered, LOGITS.fetched),
    ],
    [logitsInput(type), { name: LOGITS.wanted, element: INT32, dims: ['wanted'] }],
    [{ name: LOGITS.fetched, element: FLOAT, dims: ['wanted', 'block'] }],
    [...all.constants, integers('shape', -1, BLOCK)],
  )
}
