// Names of models, and the files that a device needs.
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseFiles } from '../../src/engine/models/modelFiles'
import { parseModelReference } from '../../src/engine/models/reference'

describe('parseModelReference', () => {
  it.each([
    ['builtin:SmolLM2-135M-Instruct', { kind: 'builtin', name: 'SmolLM2-135M-Instruct' }],
    [path.resolve('some/model'), { kind: 'folder', folder: path.resolve('some/model') }],
    [
      'onnx-community/Qwen3-0.6B-ONNX',
      { kind: 'hub', organisation: 'onnx-community', name: 'Qwen3-0.6B-ONNX', revision: 'main' },
    ],
    ['org/name@v1.2', { kind: 'hub', organisation: 'org', name: 'name', revision: 'v1.2' }],
    [
      'org/name@refs/pr/1',
      { kind: 'hub', organisation: 'org', name: 'name', revision: 'refs/pr/1' },
    ],
  ])('parses %s', (model, expected) => {
    expect(parseModelReference(model)).toEqual(expected)
  })

  it.each([
    '',
    'name',
    './model',
    'builtin:',
    'builtin:../x',
    'a/b/c',
    '../a/b',
    'org/..',
    'org/name@..',
    'org/name@a/../b',
    'https://host/org/name',
  ])('rejects "%s"', (model) => {
    expect(() => parseModelReference(model)).toThrow()
  })
})

describe('chooseFiles', () => {
  const base = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
  const all = (...graphs: string[]): Set<string> => new Set([...base, ...graphs])

  it('chooses the variant that suits the device', () => {
    const graphs = all(
      'onnx/model.onnx',
      'onnx/model_q4.onnx',
      'onnx/model_q4f16.onnx',
      'onnx/model_quantized.onnx',
    )
    expect(chooseFiles(graphs, 'generator', 'cpu')).toMatchObject({ variant: 'q4' })
    expect(chooseFiles(graphs, 'generator', 'webgpu')).toMatchObject({ variant: 'q4f16' })
    expect(chooseFiles(graphs, 'generator', 'webgpu', 'single')).toMatchObject({ variant: 'q4' })
    expect(chooseFiles(graphs, 'embedder', 'cpu')).toMatchObject({ variant: 'q8' })
    expect(chooseFiles(all('onnx/model.onnx'), 'generator', 'cpu')).toMatchObject({
      variant: 'fp32',
    })
  })

  it('chooses the graph of integer products and its 4-bit weights on the CPU', () => {
    const graphs = all('onnx/model_q4.onnx', 'onnx/model_integer_q4.onnx')
    expect(chooseFiles(graphs, 'generator', 'cpu')).toEqual({
      variant: 'q4-integer',
      graph: 'onnx/model_integer_q4.onnx',
      files: ['onnx/model_integer_q4.onnx', ...base, 'onnx/model_q4.onnx'],
      others: [],
    })
    const third = 'onnx/model_prefill_q4.onnx'
    expect(chooseFiles(new Set([...graphs, third]), 'generator', 'cpu')).toEqual({
      variant: 'q4-integer',
      graph: 'onnx/model_integer_q4.onnx',
      prefillGraph: third,
      files: [third, 'onnx/model_integer_q4.onnx', ...base, 'onnx/model_q4.onnx'],
      others: [],
    })
    const data = 'onnx/model_integer_q4.onnx_data'
    expect(chooseFiles(new Set([...graphs, data]), 'generator', 'cpu')).toMatchObject({
      files: ['onnx/model_integer_q4.onnx', data, ...base, 'onnx/model_q4.onnx'],
    })
    const withoutIntegers = all('onnx/model_q4.onnx', third)
    expect(chooseFiles(withoutIntegers, 'generator', 'cpu')).toEqual({
      variant: 'q4',
      graph: 'onnx/model_q4.onnx',
      files: [...base, 'onnx/model_q4.onnx'],
      others: [],
    })
    expect(chooseFiles(graphs, 'generator', 'webgpu')).toMatchObject({ variant: 'q4' })
    expect(chooseFiles(all('onnx/model_integer_q4.onnx'), 'generator', 'cpu')).toEqual({
      missing: 'onnx/model_q4.onnx',
      graphs: ['onnx/model_integer_q4.onnx'],
    })
  })

  it('chooses the graph for texts without padding on the CPU, beside its weights', () => {
    const [first, second] = ['onnx/model_quantized.onnx', 'onnx/model_unpadded_quantized.onnx']
    expect(chooseFiles(all(first, second), 'embedder', 'cpu')).toEqual({
      variant: 'q8-unpadded',
      graph: second,
      files: [second, ...base, first],
      others: [],
    })
    expect(chooseFiles(all(first, second), 'scorer', 'cpu')).toMatchObject({ graph: first })
    expect(chooseFiles(all(second), 'embedder', 'cpu')).toEqual({
      missing: first,
      graphs: [second],
    })
    expect(chooseFiles(all('onnx/model.onnx', first, second), 'embedder', 'webgpu')).toMatchObject({
      graph: 'onnx/model.onnx',
    })
  })

  it('includes the external weights of a large graph, but no partial download', () => {
    const chosen = chooseFiles(
      all(
        'onnx/model_q4.onnx',
        'onnx/model_q4.onnx_data',
        'onnx/model_q4.onnx_data_1',
        'onnx/model_q4.onnx.data',
        'onnx/model_q4.onnx_data_2.part',
      ),
      'generator',
      'cpu',
    )
    expect(chosen).toMatchObject({
      files: [
        ...base,
        'onnx/model_q4.onnx',
        'onnx/model_q4.onnx_data',
        'onnx/model_q4.onnx_data_1',
        'onnx/model_q4.onnx.data',
      ],
    })
  })

  it('names the missing file', () => {
    expect(chooseFiles(new Set(['config.json']), 'generator', 'cpu')).toEqual({
      missing: 'tokenizer.json',
      graphs: [],
    })
    expect(chooseFiles(all(), 'generator', 'cpu')).toEqual({
      missing: 'onnx/model_q4.onnx',
      graphs: [],
    })
    const encoder = all('onnx/encoder_model.onnx', 'onnx/decoder_with_past_model.onnx')
    expect(chooseFiles(encoder, 'generator', 'cpu')).toEqual({
      missing: 'onnx/model_q4.onnx',
      graphs: ['onnx/decoder_with_past_model.onnx', 'onnx/encoder_model.onnx'],
    })
  })

  it.each([
    ['model.onnx', 'fp32'],
    ['model_fp16.onnx', 'fp16'],
    ['onnx/model_q4f16.onnx', 'q4f16'],
    ['onnx/model_uint8.onnx', 'uint8'],
    ['onnx/model_bnb4.onnx', 'bnb4'],
    ['onnx/decoder_model_merged_quantized.onnx', 'q8'],
    ['decoder_model_merged.onnx', 'fp32'],
    ['onnx/model_O3.onnx', 'model_O3'],
    ['phi-4-mini.onnx', 'phi-4-mini'],
  ])('takes the only graph on the CPU: %s', (graph, variant) => {
    for (const role of ['generator', 'embedder'] as const)
      expect(chooseFiles(all(graph), role, 'cpu')).toMatchObject({ graph, variant, others: [] })
  })

  it('prefers a format to a place, and says which others are there', () => {
    const graphs = all('model.onnx', 'onnx/decoder_model_merged_q4.onnx', 'onnx/model_fp16.onnx')
    expect(chooseFiles(graphs, 'generator', 'cpu')).toMatchObject({
      graph: 'onnx/decoder_model_merged_q4.onnx',
      others: ['fp32', 'fp16'],
    })
  })

  it('reads a folder of onnxruntime-genai', () => {
    const files = ['genai_config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.onnx']
    expect(chooseFiles(new Set([...files, 'model.onnx.data']), 'generator', 'cpu')).toMatchObject({
      graph: 'model.onnx',
      files: [...files, 'model.onnx.data'],
    })
  })
})
