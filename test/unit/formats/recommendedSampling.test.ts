import { describe, expect, it } from 'vitest'
import { recommendedSampling } from '../../../src/core/formats/recommendedSampling'

const EMBEDDED = 'builtin:SmolLM2-135M-Instruct'
const MEASURED = { temperature: 1, topP: 1, minP: 0.1 }

describe('recommended sampling', () => {
  it.each([[undefined], [{}], [{ device: 'cpu' as const }], [{ model: EMBEDDED }]])(
    'of the embedded model: %j',
    (generator) => {
      expect(recommendedSampling(generator)).toEqual(MEASURED)
    },
  )

  it.each([
    [{ model: 'onnx-community/Qwen3-0.6B-ONNX' }],
    [{ server: 'http://localhost:8000/v1', model: EMBEDDED }],
    [[{ model: EMBEDDED }]],
  ])('none for %j', (generator) => {
    expect(recommendedSampling(generator)).toEqual({})
  })
})
