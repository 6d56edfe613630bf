// The modules of sentence-transformers after pooling: projections and normalisations of one vector.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { failureError } from '../../shared/errors'
import { readModelJson } from '../models/modelConfig'
import { type FileTensor, readSafetensors } from './safetensors'

export type Layer = (vector: Float32Array) => Float32Array

/** Activations by the last part of their name in PyTorch. */
const ACTIVATIONS: Readonly<Record<string, (value: number) => number>> = {
  Identity: (value) => value,
  Tanh: Math.tanh,
  ReLU: (value) => Math.max(0, value),
  Sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  SiLU: (value) => value / (1 + Math.exp(-value)),
}

/**
 * Loads a module of a type, the last part of its Python name.
 * @throws FailureError `bad-input` for a type or activation that is not known, `model-incomplete`
 *   for a file that is missing or damaged.
 */
export async function loadLayer(folder: string, module: string, type: string): Promise<Layer> {
  const where = path.join(folder, module)
  switch (type) {
    case 'Normalize':
      return normalized
    case 'Dropout':
      return (vector) => vector
    case 'Dense':
      return dense(where, await readModelJson(where, 'config.json'), await weightsOf(where))
    case 'LayerNorm':
      return layerNorm(await weightsOf(where), where)
    default:
      throw failureError(
        'bad-input',
        l10n.t`The model has a module ${type}, which is not known here.`,
        {
          where,
          remedy: l10n.t('Choose another embedding model, or serve this one.'),
        },
      )
  }
}

export function normalized(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((total, value) => total + value * value, 0))
  return norm === 0 ? vector : vector.map((value) => value / norm)
}

async function weightsOf(module: string): Promise<Map<string, FileTensor>> {
  const file = path.join(module, 'model.safetensors')
  try {
    return await readSafetensors(file)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    throw failureError('model-incomplete', l10n.t('The weights of this module are missing.'), {
      where: file,
      remedy: l10n.t(
        'Copy the file from the original model; one named pytorch_model.bin cannot be read here.',
      ),
    })
  }
}

function dense(
  where: string,
  config: Record<string, unknown>,
  weights: ReadonlyMap<string, FileTensor>,
): Layer {
  const name = lastPart(config['activation_function'])
  const activate = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined
  const { module_input_name: input = 'sentence_embedding' } = config
  if (!activate || config['use_residual'] === true || input !== 'sentence_embedding')
    throw failureError(
      'bad-input',
      l10n.t`The model projects its vectors in a way that is not known here (${name}).`,
      { where, remedy: l10n.t('Choose another embedding model, or serve this one.') },
    )
  const weight = tensorOf(weights, 'linear.weight', where)
  const bias = config['bias'] === false ? undefined : tensorOf(weights, 'linear.bias', where).values
  const [outputs = 0, inputs = 0] = weight.shape
  return (vector) =>
    Float32Array.from({ length: outputs }, (_, row) => {
      let sum = bias?.[row] ?? 0
      for (let i = 0; i < inputs; i++) sum += weight.values[row * inputs + i]! * vector[i]!
      return activate(sum)
    })
}

/** The class of a Python name; Identity without one. */
const lastPart = (name: unknown): string =>
  typeof name === 'string' ? name.split('.').at(-1)! : 'Identity'

function layerNorm(weights: ReadonlyMap<string, FileTensor>, where: string): Layer {
  const { values: scale } = tensorOf(weights, 'norm.weight', where)
  const { values: shift } = tensorOf(weights, 'norm.bias', where)
  return (vector) => {
    const mean = vector.reduce((total, value) => total + value, 0) / vector.length
    const variance = vector.reduce((total, value) => total + (value - mean) ** 2, 0) / vector.length
    const deviation = Math.sqrt(variance + 1e-5)
    return vector.map((value, i) => ((value - mean) / deviation) * scale[i]! + shift[i]!)
  }
}

function tensorOf(
  weights: ReadonlyMap<string, FileTensor>,
  name: string,
  where: string,
): FileTensor {
  const tensor = weights.get(name)
  if (tensor) return tensor
  throw failureError('model-incomplete', l10n.t`The file has no tensor ${name}.`, {
    where: path.join(where, 'model.safetensors'),
    remedy: l10n.t('Copy or download the model again.'),
  })
}
