// The models in memory: each is loaded once, and none is freed while in use.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { LoadedModels } from '../../src/engine/loadedModels'
import type { LocalModelRequest } from '../../src/shared/engineProtocol'
import { temporaryFolder } from '../support/temporaryFolder'
import { ignore, MODELS, never, request, sampled, TINY, wanted } from './support/models'

/** One model with three names. */
const [A, B, C] = ['builtin:tiny-random', TINY, `${TINY}/`].map((model): LocalModelRequest => ({
  model,
  device: 'cpu',
})) as [LocalModelRequest, LocalModelRequest, LocalModelRequest]
const options = { signal: never, onProgress: ignore }

function models(): { models: LoadedModels; loads: string[] } {
  const loads: string[] = []
  const log = (_: string, message: string): void => {
    const model = /^Loaded (\S+)/.exec(message)?.[1]
    if (model !== undefined) loads.push(model)
  }
  return {
    models: new LoadedModels(
      { builtinModels: MODELS, cache: '', hub: '', kvCacheBytes: 1e9, threads: 0 },
      log,
    ),
    loads,
  }
}

describe('LoadedModels', () => {
  it('loads a model once for two requests while another one is freed', async () => {
    const { models: loaded, loads } = models()
    const use = (model: LocalModelRequest): Promise<void> =>
      loaded.withGenerator(model, options, () => Promise.resolve())
    await use(A)
    await Promise.all([use(B), use(B)])
    expect(loads).toEqual([A.model, B.model])
    await use(A)
    expect(loads).toEqual([A.model, B.model, A.model])
  })

  it('keeps a model that is requested while others are freed', async () => {
    const { models: loaded, loads } = models()
    const sample = (model: LocalModelRequest): Promise<number> =>
      loaded.withGenerator(
        model,
        options,
        async ({ model: generator }) =>
          (await sampled(generator, request('Hi', wanted(2), { maxNewTokens: 3 }))).length,
      )
    await Promise.all([sample(A), sample(B)])
    expect(await Promise.all([sample(C), sample(B)])).toEqual([2, 2])
    expect(loads.toSorted()).toEqual([A, B, C].map(({ model }) => model).toSorted())
    expect(await sample(B)).toBe(2)
  })

  it('says that a model has no chat template', async () => {
    const folder = temporaryFolder()
    cpSync(TINY, folder, { recursive: true })
    const file = path.join(folder, 'tokenizer_config.json')
    const { chat_template: _, ...config } = JSON.parse(readFileSync(file, 'utf8')) as {
      chat_template: string
    }
    writeFileSync(file, JSON.stringify(config))
    const reasonOf = (model: string): Promise<string> =>
      models().models.withGenerator({ model, device: 'cpu' }, options, ({ description }) =>
        Promise.resolve(description.reason),
      )
    expect(await reasonOf(folder)).toContain('no chat template')
    expect(await reasonOf(TINY)).not.toContain('template')
  })
})
