// Embedding models as sentence-transformers computes them, and those that are refused.
// `fixtures/embedders/make.py` makes the models and records the vectors.
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Embedder } from '../../src/engine/embedding/embedder'
import { chooseFiles } from '../../src/engine/models/modelFiles'
import { listFolder } from '../../src/engine/models/modelFolder'
import { toFailure } from '../../src/shared/errors'
import { temporaryFolder } from '../support/temporaryFolder'
import { ignore, never } from './support/models'

const FIXTURES = path.join(import.meta.dirname, 'fixtures/embedders')

interface RecordedCase {
  model: string
  /** Base64 by path. */
  files: Record<string, string>
  vectors: number[][]
}
const { texts, cases } = JSON.parse(readFileSync(path.join(FIXTURES, 'vectors.json'), 'utf8')) as {
  texts: string[]
  cases: Record<string, RecordedCase>
}

/** A folder with the recorded files on top of the model's. */
function folderOf(name: string): string {
  const recorded = cases[name]
  if (!recorded) throw new Error(`no case "${name}"`)
  const folder = temporaryFolder()
  cpSync(path.join(FIXTURES, 'models', recorded.model), folder, { recursive: true })
  for (const [file, content] of Object.entries(recorded.files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), Buffer.from(content, 'base64'))
  }
  return folder
}

async function load(folder: string, prompt?: string): Promise<Embedder> {
  const chosen = chooseFiles(await listFolder(folder), 'embedder', 'cpu')
  if ('missing' in chosen) throw new Error(chosen.missing)
  return Embedder.load({ folder, graph: chosen.graph }, 'cpu', 1, ignore, prompt)
}

const failureOf = async (folder: string): Promise<unknown> =>
  toFailure(await load(folder).catch((thrown: unknown) => thrown))

/** Of a unit vector and another vector. */
function cosine(unit: Float32Array, other: readonly number[]): number {
  const dot = other.reduce((sum, value, i) => sum + value * (unit[i] ?? NaN), 0)
  return dot / Math.hypot(...other)
}

const setJson = (file: string, change: object): void => {
  const old = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...old, ...change }))
}

describe('an embedding model', () => {
  it.each(Object.keys(cases))('has the vectors of sentence-transformers: %s', async (name) => {
    const embedder = await load(folderOf(name))
    const { vectors, dim } = await embedder.embed(texts, { signal: never, onProgress: ignore })
    expect(dim).toBe(cases[name]?.vectors[0]?.length)
    cases[name]?.vectors.forEach((expected, i) => {
      expect(cosine(vectors.slice(i * dim, (i + 1) * dim), expected)).toBeGreaterThan(0.999)
    })
    await embedder.dispose()
  })

  it('has the vectors of another prompt where the curation gives one', async () => {
    const folder = folderOf('a prompt that is not pooled')
    const file = path.join(folder, 'config_sentence_transformers.json')
    const { prompts, default_prompt_name: name } = JSON.parse(readFileSync(file, 'utf8')) as {
      prompts: Record<string, string>
      default_prompt_name: string
    }
    const options = { signal: never, onProgress: ignore }
    const [usual, given, none] = [
      await load(folder),
      await load(folder, prompts[name]),
      await load(folder, ''),
    ]
    const [one, same, other] = [
      await usual.embed(texts, options),
      await given.embed(texts, options),
      await none.embed(texts, options),
    ]
    expect(same.vectors).toEqual(one.vectors)
    expect(other.vectors).not.toEqual(one.vectors)
    for (const embedder of [usual, given, none]) await embedder.dispose()
  })

  it('names its prompts where none of them is the default', async () => {
    const folder = folderOf('a prompt')
    setJson(path.join(folder, 'config_sentence_transformers.json'), {
      prompts: { query: 'query: ', document: 'passage: ' },
      default_prompt_name: null,
    })
    const [unset, set] = [await load(folder), await load(folder, 'query: ')]
    expect(unset.takeNote()).toContain('prompts (query, document) and no default')
    expect(set.takeNote()).toBeUndefined()
    for (const embedder of [unset, set]) await embedder.dispose()
  })

  it('says which pooling is taken if the folder does not name one', async () => {
    const [plain, causal, named] = [
      await load(folderOf('no modules')),
      await load(folderOf('no modules, causal')),
      await load(folderOf('mean')),
    ]
    expect(plain.takeNote()).toBe('there is no modules.json, so the mean of all tokens is taken')
    expect(causal.takeNote()).toContain('the last token')
    expect(named.takeNote()).toBeUndefined()
    expect(plain.takeNote()).toBeUndefined()
    for (const embedder of [plain, causal, named]) await embedder.dispose()
  })
})

describe('an embedding model is refused by name', () => {
  it('with a module that is not known', async () => {
    const folder = folderOf('mean')
    const modules = readFileSync(path.join(folder, 'modules.json'), 'utf8')
    writeFileSync(path.join(folder, 'modules.json'), modules.replaceAll('Normalize', 'CNN'))
    expect(await failureOf(folder)).toMatchObject({
      code: 'bad-input',
      message: 'The model has a module CNN, which is not known here.',
    })
  })

  it('with modules in another order', async () => {
    const folder = folderOf('mean')
    writeFileSync(
      path.join(folder, 'modules.json'),
      JSON.stringify([{ path: '', type: 'sentence_transformers.models.StaticEmbedding' }]),
    )
    expect(await failureOf(folder)).toMatchObject({
      code: 'bad-input',
      message: "The model's modules are not known here: StaticEmbedding.",
    })
  })

  it('with a pooling that is not known', async () => {
    const folder = folderOf('mean')
    const file = path.join(folder, '1_Pooling/config.json')
    writeFileSync(file, JSON.stringify({ pooling_mode: 'attention' }))
    expect(await failureOf(folder)).toMatchObject({
      code: 'bad-input',
      where: file,
      message: "The model's pooling is not known here: attention.",
    })
  })

  it('with an activation that is not known', async () => {
    const folder = folderOf('a projection')
    setJson(path.join(folder, '2_Dense/config.json'), { activation_function: 'torch.nn.Softplus' })
    expect(await failureOf(folder)).toMatchObject({ code: 'bad-input' })
  })

  it('without the weights of a projection, or with a part of them', async () => {
    const folder = folderOf('a projection')
    const weights = path.join(folder, '2_Dense/model.safetensors')
    writeFileSync(weights, readFileSync(weights).subarray(0, 100))
    expect(await failureOf(folder)).toMatchObject({ code: 'model-incomplete', where: weights })
    renameSync(weights, path.join(folder, '2_Dense/pytorch_model.bin'))
    expect(await failureOf(folder)).toMatchObject({ code: 'model-incomplete', where: weights })
  })
})
