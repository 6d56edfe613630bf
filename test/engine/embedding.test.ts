// Embedding with the embedded model: agreement with the pipeline of transformers.js, and the same
// bits in any batch.
import { pipeline } from '@huggingface/transformers'
import fc from 'fast-check'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { batchesByLength } from '../../src/engine/embedding/batches'
import { Embedder } from '../../src/engine/embedding/embedder'
import { completeFiles } from '../../src/engine/models/modelFolder'
import { toFailure } from '../../src/shared/errors'
import { ignore, loadEmbedder, MINI_LM, never } from './support/models'

const TEXTS = [
  'A man is eating food.',
  'A man is eating a piece of bread.',
  'The girl is carrying a baby.',
  'Rivers flow to the sea.',
  'Wow!',
  '',
  'ü 🙂 中文',
  'word '.repeat(600),
  'A man is eating food.',
]

let embedder: Embedder
beforeAll(async () => {
  embedder = await loadEmbedder()
})
afterAll(() => embedder.dispose())

async function rows(texts: readonly string[], model = embedder): Promise<Float32Array[]> {
  const { vectors, dim } = await model.embed(texts, { signal: never, onProgress: ignore })
  expect(dim).toBe(384)
  expect(vectors).toHaveLength(texts.length * dim)
  return texts.map((_, i) => vectors.slice(i * dim, (i + 1) * dim))
}

const dot = (
  a: Float32Array = new Float32Array(0),
  b: Float32Array = new Float32Array(0),
): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0)

describe('Embedder', () => {
  it('returns unit vectors, similar for texts of similar meaning', async () => {
    const [food, bread, girl] = await rows(TEXTS)
    for (const row of await rows(TEXTS)) expect(Math.abs(dot(row, row) - 1)).toBeLessThan(1e-6)
    expect(dot(food, bread)).toBeGreaterThan(0.6)
    expect(dot(food, girl)).toBeLessThan(0.3)
  })

  it('agrees with the pipeline of transformers.js, which uses the graph with a mask', async () => {
    const extract = await pipeline('feature-extraction', MINI_LM, {
      dtype: 'q8',
      local_files_only: true,
    })
    const masked = await loadEmbedder('onnx/model_quantized.onnx')
    const short = TEXTS.filter((text) => text.length < 100)
    const [same, near] = [await rows(short, masked), await rows(short)]
    for (const [i, text] of short.entries()) {
      const theirs = (await extract(text, { pooling: 'mean', normalize: true }))
        .data as Float32Array
      expect(dot(same[i], theirs)).toBeGreaterThan(1 - 1e-5)
      expect(dot(near[i], theirs)).toBeGreaterThan(0.99)
      expect(dot(near[i], theirs)).toBeLessThan(1 - 1e-6)
    }
    await Promise.all([extract.dispose(), masked.dispose()])
  })

  it('computes the same bits for a text alone, among others, and in any order', async () => {
    const all = await rows(TEXTS)
    const reversed = (await rows(TEXTS.toReversed())).toReversed()
    const more = await rows([...TEXTS, ...TEXTS.map((text) => `${text} more`), 'x'])
    for (const [i, text] of TEXTS.entries()) {
      expect(reversed[i]).toEqual(all[i])
      expect(more[i]).toEqual(all[i])
      expect((await rows([text]))[0]).toEqual(all[i])
    }
  })

  it('computes each distinct text once', async () => {
    const totals: number[] = []
    await embedder.embed(['a', 'b', 'a', 'a'], {
      signal: never,
      onProgress: (_, total) => totals.push(total),
    })
    expect(totals.at(-1)).toBe(2)
  })

  it('truncates texts to the length of the model', async () => {
    const [long, longer, other] = await rows([
      'word '.repeat(600),
      `${'word '.repeat(600)}and an end`,
      `other ${'word '.repeat(600)}`,
    ])
    expect(longer).toEqual(long)
    expect(other).not.toEqual(long)
  })

  it('accepts an empty list, and can be cancelled', async () => {
    expect(await embedder.embed([], { signal: never, onProgress: ignore })).toEqual({
      vectors: new Float32Array(0),
      dim: 0,
    })
    await expect(
      embedder.embed(['a'], { signal: AbortSignal.abort(), onProgress: ignore }),
    ).rejects.toThrow()
  })
})

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

/** A copy of the embedded model with these files added or replaced. */
function modelWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-embedder-'))
  folders.push(folder)
  symlinkSync(path.join(MINI_LM, 'onnx'), path.join(folder, 'onnx'))
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(path.join(MINI_LM, file), path.join(folder, file))
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), content)
  }
  return folder
}

describe('pooling', () => {
  const load = (config: Record<string, unknown>): Promise<Embedder> =>
    Embedder.load(
      {
        folder: modelWith({ '1_Pooling/config.json': JSON.stringify(config) }),
        graph: 'onnx/model_quantized.onnx',
      },
      'cpu',
      0,
      ignore,
    )

  it.each([
    [{ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }, 'cls'],
    [{ pooling_mode: 'lasttoken' }, 'last_token'],
    [{ pooling_mode_mean_tokens: true, include_prompt: true }, 'mean'],
    [{ word_embedding_dimension: 384 }, 'mean'],
  ] as const)('follows the configuration of the model: %j', async (config, pooling) => {
    const model = await load(config)
    const extractor = await pipeline('feature-extraction', MINI_LM, {
      dtype: 'q8',
      local_files_only: true,
    })
    const [text = ''] = TEXTS
    const expected = (await extractor(text, { pooling, normalize: true })).data as Float32Array
    expect(dot((await rows([text], model))[0], expected)).toBeGreaterThan(0.9999)
    await Promise.all([model.dispose(), extractor.dispose()])
  })

  it.each([
    [{ pooling_mode_attention: true }, 'pooling_mode_attention'],
    [{ pooling_mode: ['mean', 'attention'] }, 'mean, attention'],
  ])('is refused if it is not supported: %j', async (config, named) => {
    expect(toFailure(await load(config).catch((thrown: unknown) => thrown))).toMatchObject({
      code: 'bad-input',
      message: `The model's pooling is not known here: ${named}.`,
    })
  })

  it('is among the files of a model', async () => {
    expect(
      await completeFiles(modelWith({ '1_Pooling/config.json': '{}' }), 'embedder', 'cpu', 'any'),
    ).toMatchObject({ files: expect.arrayContaining(['1_Pooling/config.json']) as string[] })
  })
})

describe('a model that cannot be used', () => {
  it('releases its session', async () => {
    const folder = modelWith({ 'tokenizer.json': '{}' })
    const release = vi.spyOn(
      (InferenceSession as unknown as { prototype: InferenceSession }).prototype,
      'release',
    )
    await expect(
      Embedder.load({ folder, graph: 'onnx/model_quantized.onnx' }, 'cpu', 0, ignore),
    ).rejects.toThrow()
    expect(release).toHaveBeenCalledOnce()
    release.mockRestore()
  })
})

describe('batchesByLength', () => {
  it('contains every index once, with equal lengths per batch, within the budget', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300)), fc.integer({ min: 1, max: 1000 }), (lengths, budget) => {
        const batches = batchesByLength(lengths, budget)
        expect(batches.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([
          ...lengths.keys(),
        ])
        for (const { length, members } of batches) {
          expect(members.every((member) => lengths[member] === length)).toBe(true)
          expect(members.length === 1 || members.length * length <= budget).toBe(true)
        }
      }),
    )
  })
})
