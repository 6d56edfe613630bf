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
      files: ['onnx/model_integer_q4.onnx', ...base, 'onnx/model_q4.onnx'],
    })
    expect(chooseFiles(graphs, 'generator', 'webgpu')).toMatchObject({ variant: 'q4' })
    expect(chooseFiles(all('onnx/model_integer_q4.onnx'), 'generator', 'cpu')).toEqual({
      missing: 'onnx/model_q4.onnx',
    })
  })

  it('includes the external weights of a large graph, but no partial download', () => {
    const chosen = chooseFiles(
      all(
        'onnx/model_q4.onnx',
        'onnx/model_q4.onnx_data',
        'onnx/model_q4.onnx_data_1',
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
      ],
    })
  })

  it('names the missing file', () => {
    expect(chooseFiles(new Set(['config.json']), 'generator', 'cpu')).toEqual({
      missing: 'tokenizer.json',
    })
    expect(chooseFiles(all(), 'generator', 'cpu')).toEqual({ missing: 'onnx/model_q4.onnx' })
  })
})
