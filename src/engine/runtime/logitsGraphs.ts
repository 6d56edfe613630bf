// Graphs that reduce logits on the device that computed them, and fetch parts of them.
import { MASS_DEPTHS } from '../../core/sampling/logitsSummary'
import { FLOAT, INT64, modelBytes, type Node, type GraphValue } from './smallGraphs'

/** Tensor names of both graphs. */
export const LOGITS = {
  /** Any shape; the last dimension is the vocabulary. */
  logits: 'logits',
  /** [-1, vocabulary], int64. */
  matrix: 'matrix',
  /** [-1, blocks, tokens per block] or [-1, tokens per block], int64. */
  shape: 'shape',
  /** See operator Pad: widens the matrix to whole blocks. */
  pads: 'pads',
  /** [1], float32: the value of the padding, far below any logit. */
  lowest: 'lowest',
  /** [rows, 1, 1], float32: 1 / temperature. */
  inverse: 'inverse',
  /** [1], int64: the axis of blocks, and that of tokens in a block. */
  blocks: 'axis.blocks',
  tokens: 'axis.tokens',
  /** [1], float32. */
  zero: 'zero',
  depth: (i: number) => `depth.${i}`,
  summary: 'summary',
  /** Indices of blocks in all rows, int64. */
  wanted: 'wanted',
  fetched: 'fetched',
} as const

const list = (name: string, element: number): GraphValue => ({
  name,
  element,
  dims: [`${name}.length`],
})

/** The logits in single precision in the shape {@link LOGITS.shape}, as the tensor `cube`. */
function cubeOf(padded: boolean): Node[] {
  return [
    { operator: 'Reshape', inputs: [LOGITS.logits, LOGITS.matrix], output: 'flat' },
    { operator: 'Cast', inputs: ['flat'], output: 'singles', attributes: { to: FLOAT } },
    ...(padded
      ? [{ operator: 'Pad', inputs: ['singles', LOGITS.pads, LOGITS.lowest], output: 'wide' }]
      : []),
    { operator: 'Reshape', inputs: [padded ? 'wide' : 'singles', LOGITS.shape], output: 'cube' },
  ]
}

const cubeInputs = (element: number, padded: boolean): GraphValue[] => [
  { name: LOGITS.logits, element, dims: ['rows', 'last', 'vocabulary'] },
  list(LOGITS.matrix, INT64),
  list(LOGITS.shape, INT64),
  ...(padded ? [list(LOGITS.pads, INT64), list(LOGITS.lowest, FLOAT)] : []),
]

/**
 * For each row of logits: the maximum of each block, the sum of weights of each block, the sum of
 * all weights at temperature 1, and the sum of the weights within each depth; one after the other
 * in `summary`, [rows, numbers, 1].
 * @param element the ONNX type of the logits.
 * @param padded whether the vocabulary is no multiple of the size of a block.
 */
export function summaryGraph(element: number, padded: boolean): Uint8Array {
  const sum = (of: string, axis: string, output: string): Node => ({
    operator: 'ReduceSum',
    inputs: [of, axis],
    output,
  })
  const masses = MASS_DEPTHS.flatMap((_, i): Node[] => [
    { operator: 'GreaterOrEqual', inputs: ['scaled', LOGITS.depth(i)], output: `within.${i}` },
    { operator: 'Where', inputs: [`within.${i}`, 'weights', LOGITS.zero], output: `kept.${i}` },
    sum(`kept.${i}`, LOGITS.tokens, `block.masses.${i}`),
    sum(`block.masses.${i}`, LOGITS.blocks, `mass.${i}`),
  ])
  return modelBytes(
    [
      ...cubeOf(padded),
      { operator: 'ReduceMax', inputs: ['cube'], output: 'maxima', attributes: { axes: [2] } },
      { operator: 'ReduceMax', inputs: ['maxima'], output: 'maximum', attributes: { axes: [1] } },
      { operator: 'Sub', inputs: ['cube', 'maximum'], output: 'depths' },
      { operator: 'Exp', inputs: ['depths'], output: 'plain' },
      sum('plain', LOGITS.tokens, 'plain.sums'),
      sum('plain.sums', LOGITS.blocks, 'total'),
      { operator: 'Mul', inputs: ['depths', LOGITS.inverse], output: 'scaled' },
      { operator: 'Exp', inputs: ['scaled'], output: 'weights' },
      sum('weights', LOGITS.tokens, 'sums'),
      ...masses,
      {
        operator: 'Concat',
        inputs: ['maxima', 'sums', 'total', ...MASS_DEPTHS.map((_, i) => `mass.${i}`)],
        output: LOGITS.summary,
        attributes: { axis: 1 },
      },
    ],
    [
      ...cubeInputs(element, padded),
      { name: LOGITS.inverse, element: FLOAT, dims: ['rows', 'one', 'one'] },
      list(LOGITS.blocks, INT64),
      list(LOGITS.tokens, INT64),
      list(LOGITS.zero, FLOAT),
      ...MASS_DEPTHS.map((_, i) => list(LOGITS.depth(i), FLOAT)),
    ],
    [{ name: LOGITS.summary, element: FLOAT, dims: ['rows', 'numbers', 'one'] }],
  )
}

/** Fetches blocks of logits in single precision, [wanted, tokens per block]. */
export function fetchGraph(element: number, padded: boolean): Uint8Array {
  return modelBytes(
    [
      ...cubeOf(padded),
      { operator: 'Gather', inputs: ['cube', LOGITS.wanted], output: LOGITS.fetched },
    ],
    [...cubeInputs(element, padded), list(LOGITS.wanted, INT64)],
    [{ name: LOGITS.fetched, element: FLOAT, dims: ['wanted', 'block'] }],
  )
}
