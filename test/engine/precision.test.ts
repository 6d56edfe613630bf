// Devices with and without half precision.
import { describe, expect, it } from 'vitest'
import type { Precision } from '../../src/engine/models/graphFiles'
import { chooseFiles } from '../../src/engine/models/modelFiles'
import type { StoredModel } from '../../src/engine/models/modelStore'
import { loadInEitherPrecision } from '../../src/engine/models/precision'
import { failureError } from '../../src/shared/errors'

const WITHOUT_HALF = new Error('Device does not support shader-f16')

/** Loads a model with these graphs on a device that supports single precision only. */
function load(graphs: readonly string[], failure: Error = WITHOUT_HALF): Promise<string> {
  const present = new Set([
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    ...graphs.map((name) => `onnx/model${name}.onnx`),
  ])
  const stored = (precision: Precision): Promise<StoredModel> => {
    const chosen = chooseFiles(present, 'generator', 'webgpu', precision)
    return 'missing' in chosen
      ? Promise.reject(failureError('model-incomplete', chosen.missing))
      : Promise.resolve({ folder: '', ...chosen })
  }
  return loadInEitherPrecision(stored, ({ variant }) =>
    variant.endsWith('f16') || variant === 'fp16'
      ? Promise.reject(failure)
      : Promise.resolve(variant),
  )
}

describe('a device without half precision', () => {
  it('loads the file in single precision', async () => {
    expect(await load(['_q4f16', '_q4'])).toBe('q4')
    expect(await load(['_fp16', ''])).toBe('fp32')
    expect(await load(['_q4'])).toBe('q4')
  })

  it('reports the missing feature if there is no such file', async () => {
    await expect(load(['_q4f16'])).rejects.toBe(WITHOUT_HALF)
  })

  it('is not retried after a fault of the model or a cancellation', async () => {
    const broken = failureError('bad-input', 'This is no language model.')
    await expect(load(['_q4f16', '_q4'], broken)).rejects.toBe(broken)
    const cancelled = failureError('cancelled', 'Cancelled.')
    await expect(load(['_q4f16', '_q4'], cancelled)).rejects.toBe(cancelled)
  })
})
