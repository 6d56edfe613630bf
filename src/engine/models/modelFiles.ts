// The files of a model: configuration, tokenizer, and the variant of its graph that suits a device.
import type { Device } from '../../shared/domain'

export type Role = 'generator' | 'embedder'

/** Weight formats by transformers.js name, with the suffix of the graph's file name. */
const FORMATS = {
  q4: '_q4',
  q8: '_quantized',
  fp32: '',
  q4f16: '_q4f16',
  fp16: '_fp16',
  int8: '_int8',
} as const
type Format = keyof typeof FORMATS

/**
 * A second graph over the weights of `q4` that multiplies integers, which is fastest on CPUs
 * (models/README.md).
 */
const INTEGER = 'q4-integer'
export type Variant = Format | typeof INTEGER

/**
 * In order of preference. On the CPU 4-bit blocks are fastest, and a row has the same bits in any
 * batch.
 */
const PREFERRED: Record<Role, Record<'cpu' | 'gpu', readonly Format[]>> = {
  generator: { cpu: ['q4', 'fp32', 'q8', 'int8'], gpu: ['q4f16', 'q4', 'fp16', 'fp32'] },
  embedder: { cpu: ['q8', 'int8', 'fp32', 'q4'], gpu: ['fp16', 'fp32', 'q4'] },
}

/** Variants that compute in half precision. */
export const HALF: ReadonlySet<Variant> = new Set<Variant>(['q4f16', 'fp16'])

export type Precision = 'any' | 'single'

const REQUIRED = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
const OPTIONAL: Record<Role, readonly string[]> = {
  generator: ['generation_config.json', 'chat_template.jinja'],
  embedder: ['sentence_bert_config.json', '1_Pooling/config.json'],
}
/** Weights of graphs over 2 GB, in separate files. */
const EXTERNAL_DATA = /\.onnx_data(_\d+)?$/

export interface ModelFiles {
  variant: Variant
  /** Paths relative to the model's folder, with `/`. */
  files: string[]
}

/** The options of transformers.js that load a variant. */
export const graphOf = (variant: Variant): { dtype: Format; model_file_name: string } =>
  variant === INTEGER
    ? { dtype: 'q4', model_file_name: 'model_integer' }
    : { dtype: variant, model_file_name: 'model' }

function graphFile(variant: Variant): string {
  const { dtype, model_file_name } = graphOf(variant)
  return `onnx/${model_file_name}${FORMATS[dtype]}.onnx`
}

export const hasTokenizer = (available: ReadonlySet<string>): boolean =>
  ['tokenizer.json', 'tokenizer_config.json'].every((file) => available.has(file))

/** The files to load from the available ones, or the first required file that is missing. */
export function chooseFiles(
  available: ReadonlySet<string>,
  role: Role,
  device: Device,
  precision: Precision = 'any',
): ModelFiles | { missing: string } {
  const missing = REQUIRED.find((file) => !available.has(file))
  if (missing !== undefined) return { missing }
  const preferred = PREFERRED[role][device === 'cpu' ? 'cpu' : 'gpu'].filter(
    (variant) => precision === 'any' || !HALF.has(variant),
  )
  const variant = preferred.find((candidate) => available.has(graphFile(candidate)))
  if (!variant) return { missing: graphFile(preferred[0]!) }
  const graph = graphFile(variant)
  const external = [...available].filter(
    (file) => file.startsWith(graph) && EXTERNAL_DATA.test(file),
  )
  const files = [
    ...REQUIRED,
    ...OPTIONAL[role].filter((file) => available.has(file)),
    graph,
    ...external,
  ]
  const integer =
    role === 'generator' &&
    device === 'cpu' &&
    variant === 'q4' &&
    available.has(graphFile(INTEGER))
  return integer ? { variant: INTEGER, files: [graphFile(INTEGER), ...files] } : { variant, files }
}
