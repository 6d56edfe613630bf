// Graphs that reduce logits in other ways than the engine does, to learn what costs time.
import { Tensor } from 'onnxruntime-node'
import { BLOCK, blocksIn } from '../../src/core/sampling/vocabularyScan'
import type { FloatType } from '../../src/engine/runtime/arrays'
import { LOGITS, summaryGraph } from '../../src/engine/runtime/logitsGraphs'
import type { Feeds } from '../../src/engine/runtime/sessions'
import {
  type Constant,
  ELEMENTS,
  FLOAT,
  type GraphValue,
  INT64,
  integers,
  modelBytes,
  type Node,
} from '../../src/engine/runtime/smallGraphs'

/** A graph whose first input is the logits, and what else it is given. */
export interface Variant {
  name: string
  make(
    type: FloatType,
    rows: number,
    vocabulary: number,
  ): { graph: Uint8Array; feeds: Feeds; output: string }
}

const EARLIER_DEPTHS = [1, 2, 3, 4, 6, 8, 11]
const FINE_DEPTHS = [1, 2, 3, 4, 5, 6, 7, 8, 10]

const single = (name: string, value: number): Constant => ({
  name,
  values: Float32Array.of(value),
})

interface Parts {
  nodes: Node[]
  constants: Constant[]
  /** Tensors of [rows, any, 1] that are joined to the output. */
  outputs: string[]
}

/**
 * @param parts of the graph after the tensors `cube` (logits in blocks), `maxima`, `maximum`.
 * @param asInputs whether constants are inputs of the graph.
 */
function variant(name: string, parts: (vocabulary: number) => Parts, asInputs = false): Variant {
  return {
    name,
    make(type, rows, vocabulary) {
      const blocks = blocksIn(vocabulary)
      const { nodes, constants, outputs } = parts(vocabulary)
      const all = [
        ...constants,
        integers('shape', -1, blocks, BLOCK),
        integers('row', -1, 1, blocks),
        integers('last', 2),
        integers('second', 1),
        single('zero', 0),
      ]
      const inverse: GraphValue = { name: 'inverse', element: FLOAT, dims: ['rows', 'a', 'b'] }
      const asInput = ({ name, values }: Constant): GraphValue => ({
        name,
        element: values instanceof Float32Array ? FLOAT : INT64,
        dims: [`${name}.length`],
      })
      const feeds: Feeds = {
        inverse: new Tensor('float32', new Float32Array(rows).fill(1), [rows, 1, 1]),
      }
      if (asInputs)
        for (const { name, values } of all)
          feeds[name] =
            values instanceof Float32Array
              ? new Tensor('float32', values, [values.length])
              : new Tensor('int64', values, [values.length])
      const graph = modelBytes(
        [
          { operator: 'Cast', inputs: [LOGITS.logits], output: 'singles', attributes: TO_FLOAT },
          { operator: 'Reshape', inputs: ['singles', 'shape'], output: 'cube' },
          { operator: 'ReduceMax', inputs: ['cube'], output: 'maxima', attributes: { axes: [2] } },
          {
            operator: 'ReduceMax',
            inputs: ['maxima'],
            output: 'maximum',
            attributes: { axes: [1] },
          },
          ...nodes,
          { operator: 'Concat', inputs: outputs, output: 'joined', attributes: { axis: 1 } },
        ],
        [
          { name: LOGITS.logits, element: ELEMENTS[type], dims: ['rows', 'one', 'vocabulary'] },
          inverse,
          ...(asInputs ? all.map(asInput) : []),
        ],
        [{ name: 'joined', element: FLOAT, dims: ['rows', 'numbers', 'one'] }],
        asInputs ? [] : all,
      )
      return { graph, feeds, output: 'joined' }
    },
  }
}

const TO_FLOAT = { to: FLOAT }
const node = (operator: string, inputs: string[], output: string): Node => ({
  operator,
  inputs,
  output,
})
const sum = (of: string, output: string): Node => node('ReduceSum', [of, 'last'], output)
const total = (of: string, output: string): Node => node('ReduceSum', [of, 'second'], output)

const weights: Node[] = [
  node('Sub', ['cube', 'maximum'], 'depths'),
  node('Mul', ['depths', 'inverse'], 'scaled'),
  node('Exp', ['scaled'], 'weights'),
  sum('weights', 'sums'),
]
const plain: Node[] = [
  node('Exp', ['depths'], 'plain'),
  sum('plain', 'plain.sums'),
  total('plain.sums', 'total'),
]

/** The weights within a depth, as selected by `kept`. */
const masses = (
  depths: readonly number[],
  kept: (i: number, depth: number) => Node[],
): { nodes: Node[]; outputs: string[] } => ({
  nodes: depths.flatMap((depth, i) => [
    ...kept(i, depth),
    sum(`kept.${i}`, `block.masses.${i}`),
    total(`block.masses.${i}`, `mass.${i}`),
  ]),
  outputs: depths.map((_, i) => `mass.${i}`),
})

const compared = masses(EARLIER_DEPTHS, (i) => [
  node('GreaterOrEqual', ['scaled', `depth.${i}`], `within.${i}`),
  node('Where', [`within.${i}`, 'weights', 'zero'], `kept.${i}`),
])
const cut = (depths: readonly number[]): { nodes: Node[]; outputs: string[] } =>
  masses(depths, (i, depth) => [
    {
      ...node('ThresholdedRelu', ['weights'], `kept.${i}`),
      attributes: { alpha: { single: Math.exp(-depth) } },
    },
  ])
const depthConstants = EARLIER_DEPTHS.map((depth, i) => single(`depth.${i}`, -depth))

const earlier = (): Parts => ({
  nodes: [...weights, ...plain, ...compared.nodes],
  constants: depthConstants,
  outputs: ['maxima', 'sums', 'total', ...compared.outputs],
})
const withCut = (depths: readonly number[]) => (): Parts => {
  const { nodes, outputs } = cut(depths)
  return {
    nodes: [...weights, ...plain, ...nodes],
    constants: [],
    outputs: ['maxima', 'sums', 'total', ...outputs],
  }
}

/** Operators one after the other on a tensor; the last one is reduced to [rows, blocks, 1]. */
const chain = (of: string, length: number, reduced: boolean) => (): Parts => ({
  nodes: [
    ...Array.from({ length }, (_, i) => node('Neg', [i ? `n.${i}` : of], `n.${i + 1}`)),
    ...(reduced ? [sum(`n.${length}`, 'end')] : []),
  ],
  constants: [],
  outputs: ['maxima', reduced ? 'end' : `n.${length}`],
})

const squared: Node[] = [
  node('Sub', ['cube', 'maximum'], 'depths'),
  node('Mul', ['depths', 'inverse'], 'scaled'),
  node('Exp', ['scaled'], 'roots'),
  sum('roots', 'root.sums'),
  { ...node('ReduceSumSquare', ['roots'], 'sums'), attributes: { axes: [2] } },
]

export const SUMMARIES: readonly Variant[] = [
  variant('maxima alone', () => ({ nodes: [], constants: [], outputs: ['maxima', 'maximum'] })),
  variant('maxima and sums', () => ({
    nodes: weights,
    constants: [],
    outputs: ['maxima', 'sums'],
  })),
  variant('roots and sums, without the total', () => ({
    nodes: squared,
    constants: [],
    outputs: ['maxima', 'root.sums', 'sums'],
  })),
  {
    name: 'the engine’s graph in a session of its own',
    make: (type, rows, vocabulary) => ({
      graph: summaryGraph(type, vocabulary),
      feeds: {
        [LOGITS.halfInverse]: new Tensor('float32', new Float32Array(rows).fill(0.5), [rows, 1, 1]),
      },
      output: LOGITS.summary,
    }),
  },
  variant('earlier version: seven depths', earlier, true),
  variant('earlier version, constants in the graph', earlier),
  variant('seven depths by ThresholdedRelu', withCut(EARLIER_DEPTHS)),
  variant('nine depths by ThresholdedRelu', withCut(FINE_DEPTHS)),
  ...[1, 4, 16].map((n) => variant(`maxima and ${n} large tensors`, chain('cube', n, true))),
  ...[4, 16].map((n) => variant(`maxima and ${n} small tensors`, chain('maxima', n, false))),
]
