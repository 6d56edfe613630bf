// The engine process as its owner uses it: requests, cancellation, and its death.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fork, type Serializable } from 'node:child_process'
import { on, once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Chat } from '../../src/engine/generation/chat'
import type { EngineClient } from '../../src/processes/engineClient'
import type {
  SampledCandidate,
  SampleParams,
  SampleProgress,
} from '../../src/shared/engineProtocol'
import { type Failure, toFailure } from '../../src/shared/errors'
import type { Wire } from '../../src/shared/rpc'
import { engineScript, startEngine } from './support/engineProcess'
import { MODELS, request, TINY, wanted } from './support/models'

let engine: EngineClient
beforeEach(() => {
  engine = startEngine()
})
afterEach(() => engine.dispose())

async function sample(
  params: SampleParams,
  onCandidate: (candidate: SampledCandidate) => void = () => undefined,
  signal?: AbortSignal,
): Promise<SampledCandidate[]> {
  const candidates: SampledCandidate[] = []
  await engine.request('sample', params, {
    ...(signal ? { signal } : {}),
    onProgress: (progress) => {
      if (progress.kind !== 'candidate') return
      candidates.push(progress.candidate)
      onCandidate(progress.candidate)
    },
  })
  return candidates.sort((a, b) => a.index - b.index)
}

const failureOf = (promise: Promise<unknown>): Promise<Failure | undefined> =>
  promise.then(() => undefined, toFailure)

const isRate = (message: Wire): boolean =>
  message.kind === 'progress' && (message.value as SampleProgress).kind === 'rate'

/** Long enough to be running when a test interrupts it. */
const ENDLESS = request('Go on', wanted(400), { maxNewTokens: 1900 })

describe('the engine process', () => {
  it('samples, embeds and selects', async () => {
    const candidates = await sample(request('Say something', wanted(6), { maxNewTokens: 12 }))
    expect(candidates.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
    const { vectors, dim } = await engine.request('embed', {
      embedder: { model: 'builtin:all-MiniLM-L6-v2', device: 'cpu' },
      texts: ['one', 'two', 'three', 'four'],
    })
    expect(vectors).toBeInstanceOf(Float32Array)
    const selected = await engine.request('select', {
      pool: ['one', 'two', 'three', 'four'].map((text, i) => ({
        id: `c${i}`,
        text,
        isCutOff: false,
        isSeen: false,
      })),
      vectors,
      dim,
      settings: { method: 'aepo', k: 2, lambda: 0.5, guard: false },
      repeatedTexts: [],
      seed: 1,
    })
    expect(selected.candidateIds).toHaveLength(2)
    expect(selected.exact).toBe(true)
  })

  it('samples the same with two threads, which two decoders share, as with one', async () => {
    const params = request('Say something', wanted(20), { maxNewTokens: 12 })
    const outcomes = []
    const messages: string[] = []
    for (const threads of [1, 2]) {
      await engine.dispose()
      engine = startEngine({ threads }, { onLog: ({ message }) => messages.push(message) })
      outcomes.push(await sample(params))
    }
    expect(outcomes[1]).toEqual(outcomes[0])
    expect(messages).toContain('2 decoders share 2 threads.')
  })

  it('gives the prompt tokens that sampling feeds the model, and downloads nothing for them', async () => {
    const messages = [{ role: 'user' as const, content: 'Say something' }]
    const ask = (model: string): Promise<(number[] | null)[] | null> =>
      engine.request('promptTokens', { model, prompts: [{ messages }, { messages: [] }] })
    const chat = await Chat.load(TINY)
    expect((await ask(TINY))?.[0]).toEqual(chat.promptTokens(messages))
    expect((await ask('builtin:SmolLM2-135M-Instruct'))?.[0]?.length).toBeGreaterThan(3)
    expect(await ask('owner/not-here')).toBeNull()
  })

  it('runs at low priority if configured', async () => {
    const load = { model: 'builtin:tiny-random', device: 'cpu', role: 'generator' } as const
    await engine.request('load', load)
    expect(os.getPriority(engine.pid)).toBe(os.getPriority())
    const background = startEngine({ background: true })
    onTestFinished(() => background.dispose())
    await background.request('load', load)
    expect(os.getPriority(background.pid)).toBe(
      Math.max(os.getPriority(), os.constants.priority.PRIORITY_BELOW_NORMAL),
    )
  })

  it('describes the loaded model', async () => {
    expect(
      await engine.request('load', {
        model: 'builtin:tiny-random',
        device: 'cpu',
        role: 'generator',
      }),
    ).toEqual({
      model: 'builtin:tiny-random',
      device: 'cpu',
      variant: 'q4',
      reason: 'as configured',
      contextLength: 2048,
      candidatesInFlight: 256,
    })
    expect(
      await engine.request('load', { model: TINY, device: 'cpu', role: 'generator' }),
    ).toMatchObject({ model: TINY, contextLength: 2048 })
  })

  it('samples the same candidates for concurrent and for sequential requests', async () => {
    const requests = ['One', 'Two words', 'Three words here'].map((prompt, i) =>
      request(prompt, wanted(5, i), { maxNewTokens: 40 }),
    )
    const together = await Promise.all(requests.map((params) => sample(params)))
    for (const [i, params] of requests.entries()) expect(await sample(params)).toEqual(together[i])
  })

  it('rejects requests after kill -9; a new engine samples the same candidates', async () => {
    const params = request('Hi', wanted(4), { maxNewTokens: 60 })
    const before = await sample(params)
    const pid = engine.pid ?? 0
    const [generation, embedding] = await Promise.all([
      failureOf(sample(ENDLESS, () => process.kill(pid, 'SIGKILL'))),
      failureOf(sample({ ...ENDLESS, candidates: wanted(1, 5) })),
    ])
    expect(generation).toEqual({
      code: 'engine-died',
      message: 'The engine process ended by signal SIGKILL.',
      remedy: 'Start again: a new engine takes over where this one stopped.',
    })
    expect(embedding?.code).toBe('engine-died')
    expect(await sample(params)).toEqual(before)
    expect(engine.pid).not.toBe(pid)
  })

  it('cancels a request and continues to serve', async () => {
    const controller = new AbortController()
    expect(
      (await failureOf(sample(ENDLESS, () => controller.abort(), controller.signal)))?.code,
    ).toBe('cancelled')
    expect(await sample(request('Hi', wanted(2), { maxNewTokens: 5 }))).toHaveLength(2)
  })

  it('rejects pending and later requests when it is disposed', async () => {
    const pending = failureOf(sample(ENDLESS, () => void engine.dispose()))
    expect((await pending)?.code).toBe('cancelled')
    expect((await failureOf(sample(ENDLESS)))?.code).toBe('cancelled')
    await engine.dispose()
    expect(engine.pid).toBeUndefined()
  })

  it('exits when its parent exits', async () => {
    const child = fork(engineScript(), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    await once(child, 'spawn')
    const exited = once(child, 'exit')
    child.disconnect()
    expect(await exited).toEqual([0, null])
  })

  it('exits at once when its parent exits while decoders compute on threads', async () => {
    const child = fork(engineScript(), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const exited = once(child, 'exit')
    const ask = (id: number, method: string, params: Serializable): unknown =>
      child.send({ kind: 'request', id, method, params })
    ask(1, 'configure', {
      builtinModels: MODELS,
      cache: '',
      hub: '',
      kvCacheBytes: 1e9,
      threads: 2,
    })
    ask(2, 'sample', ENDLESS)
    for await (const [message] of on(child, 'message')) if (isRate(message as Wire)) break
    child.disconnect()
    expect(await exited).toEqual([null, 'SIGKILL'])
  })

  it.each([
    ['no model at all', 'tiny-random', 'bad-input', '"tiny-random" names no model.'],
    [
      'an unknown embedded model',
      'builtin:none',
      'not-found',
      'There is no embedded model of this name.',
    ],
    [
      'a folder that is not there',
      path.join(os.tmpdir(), 'no such folder'),
      'not-found',
      'There is no such model folder.',
    ],
    [
      'an embedding model',
      'builtin:all-MiniLM-L6-v2',
      'bad-input',
      "The model's graph has no logits or no key/value cache.",
    ],
  ])('refuses %s', async (_, model, code, message) => {
    const failure = await failureOf(sample({ ...ENDLESS, generator: { model, device: 'cpu' } }))
    expect(failure).toMatchObject({ code, message })
    expect(failure?.remedy).toBeTruthy()
  })

  it('names the file that a model folder lacks', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'aepo-model-'))
    const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
    for (const [i, file] of files.entries()) {
      expect(
        await failureOf(
          engine.request('load', { model: folder, device: 'cpu', role: 'generator' }),
        ),
      ).toMatchObject({
        code: 'model-incomplete',
        where: folder,
        message: `The model has no ${files[i] ?? ''}.`,
      })
      await symlink(path.join(TINY, file), path.join(folder, file))
    }
    expect(
      await failureOf(engine.request('load', { model: folder, device: 'cpu', role: 'generator' })),
    ).toMatchObject({ code: 'model-incomplete', message: 'The model has no onnx/model_q4.onnx.' })
    await symlink(path.join(TINY, 'onnx'), path.join(folder, 'onnx'))
    expect(
      await engine.request('load', { model: folder, device: 'cpu', role: 'generator' }),
    ).toMatchObject({ model: folder })
    await rm(folder, { recursive: true })
  })

  it('reports a graph that cannot be read', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'aepo-model-'))
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      await symlink(path.join(TINY, file), path.join(folder, file))
    await mkdir(path.join(folder, 'onnx'))
    await writeFile(path.join(folder, 'onnx/model_q4.onnx'), 'not a graph')
    const failure = await failureOf(
      engine.request('load', { model: folder, device: 'auto', role: 'generator' }),
    )
    expect(failure).toMatchObject({
      code: 'model-incomplete',
      where: path.join(folder, 'onnx/model_q4.onnx'),
      remedy: 'Copy or download the model again, with all its files.',
    })
    await rm(folder, { recursive: true })
  })
})
