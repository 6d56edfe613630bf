// What a run needs, estimated before its start: memory, and arithmetic. docs/training.md states the
// formulas with their errors.
import type { CommonHyperparameters } from './hyperparameters'
import { adapterParameters, type ModelShape } from './modelShape'
import type { TrainingRow } from './row'

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
  'batchSize' | 'gradientAccumulation' | 'lora' | 'loraRank'
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
/** Gradient and two moments of a trained weight. */
const PER_TRAINED_WEIGHT = 3 * FLOAT
const LIBRARIES = 0.9e9
/** Copies of the scores over the vocabulary that are held at once. */
const SCORE_COPIES = 4

export function memoryNeed(
  shape: ModelShape,
  { batchSize, lora, loraRank }: Settings,
  { longest, sequences }: RowLengths,
  device: RunDevice,
): MemoryNeed {
  const tokens = batchSize * sequences * longest
  const weights = shape.parameters * (lora && device === 'gpu' ? 2 : FLOAT)
  const trained = lora ? adapterParameters(shape, loraRank) : shape.parameters
  const need = {
    weights,
    reference: lora ? 0 : weights,
    optimiser: trained * PER_TRAINED_WEIGHT,
    activations: tokens * FLOAT * keptPerToken(shape, lora, device),
    scores: tokens * FLOAT * shape.vocabulary * SCORE_COPIES,
    libraries: LIBRARIES,
  }
  return { ...need, total: Object.values(need).reduce((total, part) => total + part, 0) }
}

/** Numbers that the backward pass needs of each token. */
function keptPerToken(shape: ModelShape, lora: boolean, device: RunDevice): number {
  const { layers, hidden, inner, queries, keysAndValues } = shape
  const oneLayer = 8 * hidden + 4 * inner + 3 * (queries + keysAndValues)
  const adapters = lora ? 2 * hidden + inner + queries : 0
  const layer = oneLayer + adapters
  return device === 'gpu' ? layers * hidden + layer : layers * layer
}

/**
 * Floating-point operations of an optimiser step: for each token and weight two in the forward pass
 * of the model and of its reference, two for the gradients of the activations, and two for those of
 * the weights where these are trained.
 */
export function operationsPerStep(
  { parameters }: ModelShape,
  { batchSize, gradientAccumulation, lora }: Settings,
  { mean, longest, sequences }: RowLengths,
): number {
  const padded = (mean + longest) / 2
  const tokens = batchSize * gradientAccumulation * sequences * padded
  return tokens * parameters * (lora ? 6 : 8)
}
