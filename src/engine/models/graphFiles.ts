// The graph of a model among its files, by the names that exporters give: the format of the weights
// and the place.
import type { Device } from '../../shared/domain'

/** A scorer is a reward model: a graph for sequence classification. */
export type Role = 'generator' | 'embedder' | 'scorer'

/** Weight formats by the name that transformers.js gives them, with the suffix of the file name. */
const SUFFIXES = {
  q4: '_q4',
  fp32: '',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4f16: '_q4f16',
  fp16: '_fp16',
  bnb4: '_bnb4',
} as const
type Format = keyof typeof SUFFIXES

/**
 * A second graph over the weights of `q4` that multiplies integers, which is fastest on CPUs
 * (models/README.md).
 */
const INTEGER = 'q4-integer'
const INTEGER_GRAPH = 'onnx/model_integer_q4.onnx'
/** A third graph over the same weights, for long prompts. */
const PREFILL_GRAPH = 'onnx/model_prefill_q4.onnx'

/**
 * A second graph over the weights of `q8` for texts of one length, which is fastest on CPUs
 * (models/README.md).
 */
const UNPADDED = 'q8-unpadded'
const UNPADDED_GRAPH = 'onnx/model_unpadded_quantized.onnx'

/** Second graphs for CPUs, by the graph whose weights they read. */
const ON_CPU: Partial<Record<Role, { beside: string; graph: Graph }>> = {
  generator: {
    beside: 'onnx/model_q4.onnx',
    graph: { variant: INTEGER, file: INTEGER_GRAPH },
  },
  embedder: {
    beside: 'onnx/model_quantized.onnx',
    graph: { variant: UNPADDED, file: UNPADDED_GRAPH },
  },
}
/** The graph whose weights a second graph reads; undefined for any other graph. */
export const graphBeside = (second: string): string | undefined =>
  Object.values(ON_CPU).find(({ graph }) => graph.file === second)?.beside

/** The variants of these graphs. */
export const SECOND_VARIANTS: ReadonlySet<string> = new Set([INTEGER, UNPADDED])

/**
 * In order of preference. On the CPU 4-bit blocks are fastest, and a row has the same bits in any
 * batch. The last formats work, and are slower or less exact than those before them. Integer
 * products do not run on a GPU.
 */
const PREFERRED: Record<Role, Record<'cpu' | 'gpu', readonly Format[]>> = {
  generator: {
    cpu: ['q4', 'fp32', 'q8', 'int8', 'uint8', 'q4f16', 'fp16', 'bnb4'],
    gpu: ['q4f16', 'q4', 'fp16', 'fp32'],
  },
  embedder: {
    cpu: ['q8', 'int8', 'uint8', 'fp32', 'fp16', 'q4', 'q4f16', 'bnb4'],
    gpu: ['fp16', 'fp32', 'q4'],
  },
  scorer: {
    cpu: ['fp32', 'q8', 'int8', 'uint8', 'fp16', 'q4', 'q4f16', 'bnb4'],
    gpu: ['fp32', 'fp16', 'q4'],
  },
}

/**
 * In order of preference: the place of transformers.js, that of optimum and onnxruntime-genai, and
 * exports of the first transformers.js, whose decoder has a branch without a cache.
 */
const PLACES = [
  'onnx/model',
  'model',
  'onnx/decoder_model_merged',
  'decoder_model_merged',
  'onnx/decoder_model',
  'decoder_model',
]

/** Graphs that are no part of a model of one graph. */
const OTHER_PART = /encoder|vision|audio|embed_tokens|with_past|prepare_inputs/

/** Variants that compute in half precision. */
export const HALF: ReadonlySet<string> = new Set(['q4f16', 'fp16'])

export type Precision = 'any' | 'single'

export interface Graph {
  /**
   * The format, one of {@link SECOND_VARIANTS}, or the name of a file of another name, without its
   * ending.
   */
  variant: string
  /** The path in the model's folder, with `/`. */
  file: string
}

interface Wanted {
  role: Role
  device: Device
  precision: Precision
}

/** The graphs among `available` that the device runs, the best first. */
export function suitableGraphs(
  available: ReadonlySet<string>,
  { role, device, precision }: Wanted,
): Graph[] {
  const formats = PREFERRED[role][device === 'cpu' ? 'cpu' : 'gpu']
  const named = formats
    .filter((format) => precision === 'any' || !HALF.has(format))
    .flatMap((format) =>
      PLACES.map((place) => ({ variant: format, file: `${place}${SUFFIXES[format]}.onnx` })),
    )
    .filter(({ file }) => available.has(file))
  if (named.length > 0) return named
  return graphsIn(available)
    .filter((file) => device === 'cpu' && !isNamed(file) && !OTHER_PART.test(file))
    .map((file) => ({ variant: file.replace(/^.*\/|\.onnx$/g, ''), file }))
}

/** The first choices of the roles on the CPU, which need no explanation. */
export const USUAL: ReadonlySet<string> = new Set([
  'onnx/model_q4.onnx',
  'onnx/model_quantized.onnx',
  'onnx/model.onnx',
])

/** The files of all graphs. */
export const graphsIn = (available: ReadonlySet<string>): string[] =>
  [...available].filter((file) => file.endsWith('.onnx')).sort()

const isNamed = (file: string): boolean =>
  [INTEGER_GRAPH, PREFILL_GRAPH, UNPADDED_GRAPH].includes(file) ||
  PLACES.some((place) =>
    Object.values(SUFFIXES).some((suffix) => file === `${place}${suffix}.onnx`),
  )

/** The usual file of the role's preferred format, to name when there is none at all. */
export const usualGraph = ({ role, device }: Wanted): string =>
  `${PLACES[0]!}${SUFFIXES[PREFERRED[role][device === 'cpu' ? 'cpu' : 'gpu'][0]!]}.onnx`

/** The second graph for CPUs beside the graph, if it is there and serves. */
export function secondGraph(
  available: ReadonlySet<string>,
  { file }: Graph,
  { role, device }: Wanted,
): Graph | undefined {
  const second = device === 'cpu' ? ON_CPU[role] : undefined
  return second && file === second.beside && available.has(second.graph.file)
    ? second.graph
    : undefined
}

/** The graph for long prompts that goes with a second graph, if it is there. */
export const prefillGraph = (
  available: ReadonlySet<string>,
  { variant }: Graph,
): string | undefined =>
  variant === INTEGER && available.has(PREFILL_GRAPH) ? PREFILL_GRAPH : undefined

/** Whether a file has weights of the graph: `GRAPH_data`, `GRAPH_data_1`, `GRAPH.data`. */
export const isDataOf = (file: string, graph: string): boolean =>
  file.startsWith(graph) && /^(?:_data(?:_\d+)?|\.data(?:_\d+)?)$/.test(file.slice(graph.length))
