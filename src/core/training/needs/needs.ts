// What a run needs, estimated before its start: memory, and arithmetic. docs/training.md states the
// formulas with their errors.
import type { TrainingRow } from '../row'
import type { CommonHyperparameters } from '../settings/hyperparameters'
import { adapterParameters, type ModelShape } from './modelShape'

/** Tokens of a prompt with a response. */
export interface RowLengths {
  mean: number
  longest: number
  /** Sequences of a row: two for a pair. */
  sequences: number
}

/** Characters of a token, in English with the tokenizers of language models. */
const CHARACTERS = 4
/** Tokens that a chat template adds. */
const TEMPLATE = 20

/** Estimated from the number of characters. */
export function rowLengths(rows: readonly TrainingRow[], maxLength: number): RowLengths {
  const lengths = rows.flatMap((row) => {
    const prompt = sum(row.prompt.map(({ content }) => content.length))
    const responses = 'chosen' in row ? [row.chosen, row.rejected] : [row.completion]
    return responses.map((response) => {
      const characters = prompt + sum(response.map(({ content }) => content.length))
      return Math.min(maxLength, Math.ceil(characters / CHARACTERS) + TEMPLATE)
    })
  })
  return {
    mean: lengths.length === 0 ? maxLength : sum(lengths) / lengths.length,
    longest: lengths.length === 0 ? maxLength : Math.max(...lengths),
    sequences: rows.length === 0 ? 2 : lengths.length / rows.length,
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

type Settings = Pick<
  CommonHyperparameters,
  | 'batchSize'
  | 'gradientAccumulation'
  | 'processes'
  | 'sharding'
  | 'lora'
  | 'loraRank'
  | 'optimizer'
  | 'quantization'
  | 'gradientCheckpointing'
>

/** Where a run computes: a GPU takes half precision under LoRA, and recomputes activations. */
export type RunDevice = 'cpu' | 'gpu'

export interface MemoryNeed {
  /** In bytes. */
  weights: number
  /** A second copy of the weights; an adapter needs none. */
  reference: number
  /** Gradients, and the two moments of AdamW. */
  optimiser: number
  activations: number
  /** Scores over the vocabulary, their logarithms and their gradients. */
  scores: number
  /** Python and its libraries. */
  libraries: number
  total: number
}

const FLOAT = 4
/** Bytes of a weight of the base. */
const QUANTISED = { none: null, '8bit': 1, '4bit': 0.5 } as const
/** Bytes that the optimiser keeps of a trained weight: AdamW two moments. */
const STATE: Readonly<Record<Settings['optimizer'], number>> = {
  adamw: 2 * FLOAT,
  'adamw-8bit': 2,
  adafactor: 0,
  sgd: 0,
}
/**
 * Whether each process holds a part of the weights alone; with any sharding it holds a part of the
 * rest.
 */
const SHARDS_WEIGHTS = { none: false, fsdp: true, 'zero-2': false, 'zero-3': true } as const
const LIBRARIES = 1.02e9
/** Copies of the scores over the vocabulary that are held at once. */
const SCORE_COPIES = 5

/** What one process of a run holds at once, in bytes. */
export function memoryNeed(
  shape: ModelShape,
  settings: Settings,
  { longest, sequences }: RowLengths,
  device: RunDevice,
): MemoryNeed {
  const { batchSize, lora, loraRank, optimizer, quantization, processes, sharding } = settings
  const tokens = batchSize * sequences * longest
  const bytes = QUANTISED[quantization] ?? (lora && device === 'gpu' ? 2 : FLOAT)
  const weights = (shape.parameters * bytes) / (SHARDS_WEIGHTS[sharding] ? processes : 1)
  const trained = lora ? adapterParameters(shape, loraRank) : shape.parameters
  const need = {
    weights,
    reference: lora ? 0 : weights,
    optimiser: (trained * (FLOAT + STATE[optimizer])) / (sharding === 'none' ? 1 : processes),
    activations: tokens * FLOAT * keptPerToken(shape, lora, isRecomputed(settings, device)),
    scores: tokens * FLOAT * shape.vocabulary * SCORE_COPIES,
    libraries: LIBRARIES,
  }
  return { ...need, total: sum(Object.values(need)) }
}

const isRecomputed = ({ gradientCheckpointing }: Settings, device: RunDevice): boolean =>
  gradientCheckpointing === 'auto' ? device === 'gpu' : gradientCheckpointing === 'on'

/** Numbers that the backward pass needs of each token. */
function keptPerToken(shape: ModelShape, lora: boolean, recomputed: boolean): number {
  const { layers, hidden, inner, queries, keysAndValues } = shape
  const oneLayer = 8 * hidden + 4 * inner + 3 * (queries + keysAndValues)
  const adapters = lora ? 2 * hidden + inner + queries : 0
  const layer = oneLayer + adapters
  return recomputed ? layers * hidden + layer : layers * layer
}

/**
 * Floating-point operations of an optimiser step: for each token and weight two in the forward pass
 * of the model and of its reference, two for the gradients of the activations, and two for those of
 * the weights where these are trained.
 */
export function operationsPerStep(
  { parameters }: ModelShape,
  { batchSize, gradientAccumulation, processes, lora }: Settings,
  { mean, longest, sequences }: RowLengths,
): number {
  const padded = (mean + longest) / 2
  const tokens = batchSize * gradientAccumulation * processes * sequences * padded
  return tokens * parameters * (lora ? 6 : 8)
}
