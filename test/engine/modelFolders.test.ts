// Model folders as other tools and failed copies leave them.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it, vi } from 'vitest'
import { describeGraph } from '../../src/engine/generation/graph'
import { ReturnedCache } from '../../src/engine/generation/returnedCache'
import { LoadedModels } from '../../src/engine/loadedModels'
import { readModelConfig } from '../../src/engine/models/modelConfig'
import { completeFiles } from '../../src/engine/models/modelFolder'
import { ELEMENTS } from '../../src/engine/runtime/smallGraphs'
import type { LoadedModel } from '../../src/shared/engineProtocol'
import { type Failure, toFailure } from '../../src/shared/errors'
import { temporaryFolder } from '../support/temporaryFolder'
import { BOOL, SUMMING, summingGraph } from './support/graphs'
import { ignore, never, request, sampled, TINY, wanted } from './support/models'

const GRAPH = 'onnx/model_q4.onnx'

/** A copy of the tiny model, changed. */
function tinyModel(change: (folder: string) => void = ignore): string {
  const folder = temporaryFolder()
  cpSync(TINY, folder, { recursive: true })
  change(folder)
  return folder
}

const movedTo =
  (file: string) =>
  (folder: string): void =>
    renameSync(path.join(folder, GRAPH), path.join(folder, file))

/** Loads the model, samples two candidates, and describes it. */
async function use(folder: string): Promise<LoadedModel> {
  const config = { builtinModels: '', cache: '', hub: '', kvCacheBytes: 1e9, threads: 1 }
  const models = new LoadedModels(config, ignore)
  const load = { signal: never, onProgress: ignore }
  return models.withGenerator({ model: folder, device: 'cpu' }, load, async (loaded) => {
    const params = request('Hi', wanted(2), { maxNewTokens: 4 })
    expect(await sampled(loaded.model, params)).toHaveLength(2)
    await loaded.model.dispose()
    return loaded.description
  })
}

const failureOf = async (folder: string): Promise<Failure> =>
  toFailure(await use(folder).catch((thrown: unknown) => thrown))

const filesFailure = async (folder: string): Promise<Failure> =>
  toFailure(
    await completeFiles(folder, 'generator', 'cpu', 'any').catch((thrown: unknown) => thrown),
  )

describe('a model folder', () => {
  it.each([
    ['model.onnx', 'fp32'],
    ['onnx/model_fp16.onnx', 'fp16'],
    ['onnx/decoder_model_merged_quantized.onnx', 'q8'],
  ])('with its graph in %s is used, and the graph is told', async (graph, variant) => {
    expect(await use(tinyModel(movedTo(graph)))).toMatchObject({
      variant,
      reason: `as configured; ${graph} was taken, as there is no other graph`,
    })
  })

  it('with several graphs says which is taken and why', async () => {
    const folder = tinyModel((target) =>
      cpSync(path.join(target, GRAPH), path.join(target, 'model.onnx')),
    )
    expect(await use(folder)).toMatchObject({
      variant: 'q4',
      reason: `as configured; ${GRAPH} was taken, as q4 suits this device better than fp32`,
    })
  })

  it('with a model type that is not known is used', async () => {
    const folder = tinyModel((target) => {
      const file = path.join(target, 'config.json')
      const config = JSON.parse(readFileSync(file, 'utf8')) as object
      writeFileSync(file, JSON.stringify({ ...config, model_type: 'my_own_model' }))
    })
    expect(await use(folder)).toMatchObject({ variant: 'q4' })
  })

  it('of onnxruntime-genai is used, with the sizes of its own configuration', async () => {
    const folder = tinyModel((target) => {
      movedTo('model.onnx')(target)
      rmSync(path.join(target, 'config.json'))
      const decoder = { filename: 'model.onnx', head_size: 16, num_hidden_layers: 2 }
      const model = { type: 'llama', context_length: 512, eos_token_id: [2], decoder }
      writeFileSync(path.join(target, 'genai_config.json'), JSON.stringify({ model }))
    })
    expect(await use(folder)).toMatchObject({ contextLength: 512 })
    expect(await readModelConfig(folder)).toEqual({
      model_type: 'llama',
      max_position_embeddings: 512,
      eos_token_id: [2],
      head_dim: 16,
      num_hidden_layers: 2,
    })
  })

  it('with JSON as Python writes it is read', async () => {
    const folder = tinyModel((target) => {
      writeFileSync(
        path.join(target, 'config.json'),
        '\ufeff{"a": NaN, "b": [-Infinity, 1], "c": "NaN \\" NaN"}',
      )
    })
    expect(await readModelConfig(folder)).toEqual({ a: null, b: [null, 1], c: 'NaN " NaN' })
  })
})

describe('a model folder is refused', () => {
  it.each([
    ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n', 'Git LFS pointer'],
    ['<!DOCTYPE html><html></html>', 'web page'],
    ['', 'empty'],
  ])('with a file that is none: %s', async (content, named) => {
    for (const file of [GRAPH, 'tokenizer.json']) {
      const folder = tinyModel((target) => writeFileSync(path.join(target, file), content))
      expect(await filesFailure(folder)).toMatchObject({
        code: 'model-incomplete',
        where: path.join(folder, file),
        message: expect.stringContaining(named) as string,
      })
    }
  })

  it('with a part of its graph', async () => {
    const folder = tinyModel((target) => {
      const file = path.join(target, GRAPH)
      writeFileSync(file, readFileSync(file).subarray(0, 100_000))
    })
    expect(await failureOf(folder)).toMatchObject({
      code: 'model-incomplete',
      where: path.join(folder, GRAPH),
    })
  })

  it('of the cache of a hub, which has the model in a folder of its own', async () => {
    const folder = temporaryFolder()
    const snapshot = path.join(folder, 'snapshots', 'abc')
    cpSync(TINY, snapshot, { recursive: true })
    expect(await filesFailure(folder)).toMatchObject({
      code: 'model-incomplete',
      remedy: `Name the folder ${snapshot}.`,
    })
  })

  it('with a tokenizer that cannot be read', async () => {
    const folder = tinyModel((target) =>
      writeFileSync(path.join(target, 'tokenizer.json'), '{"model"'),
    )
    expect(await failureOf(folder)).toMatchObject({
      code: 'model-incomplete',
      where: path.join(folder, 'tokenizer.json'),
    })
  })

  it('with graphs of several parts, which are named', async () => {
    const folder = tinyModel((target) => {
      movedTo('onnx/decoder_with_past_model.onnx')(target)
      mkdirSync(path.join(target, 'onnx'), { recursive: true })
      writeFileSync(path.join(target, 'onnx/encoder_model.onnx'), 'x')
    })
    const failure = await filesFailure(folder)
    expect(failure.message).toContain(
      'It has onnx/decoder_with_past_model.onnx, onnx/encoder_model.onnx.',
    )
    expect(failure.remedy).toContain('models with an encoder')
  })

  it('with an encoder before the decoder', async () => {
    const folder = tinyModel((target) => {
      const file = path.join(target, 'config.json')
      const config = JSON.parse(readFileSync(file, 'utf8')) as object
      writeFileSync(file, JSON.stringify({ ...config, is_encoder_decoder: true }))
    })
    expect(await failureOf(folder)).toMatchObject({
      code: 'bad-input',
      message: 'The model has an encoder and a decoder.',
    })
  })
})

describe('a graph with a branch for the first tokens', () => {
  it('computes a prompt at once, and is told which branch to take', async () => {
    const branch = { name: 'use_cache_branch', element: BOOL, dims: ['one'] }
    const session = await InferenceSession.create(summingGraph(ELEMENTS.float32, [branch]))
    const run = vi.spyOn(session, 'run')
    const cache = new ReturnedCache(
      describeGraph(session, SUMMING, 'folder'),
      { maxRows: 2, bytes: Infinity },
      { ragged: false },
    )
    const tokens = Array.from({ length: 300 }, (_, i) => i)
    for (const prompt of [tokens, [...tokens, 1]]) cache.release(await cache.prefill(prompt, never))
    const fed = run.mock.calls.map(([feeds]) => [
      feeds['input_ids']?.dims[1],
      feeds['use_cache_branch']?.data[0],
    ])
    expect(fed).toEqual([
      [300, 0],
      [301, 0],
    ])
    cache.clear()
    await session.release()
  })
})
