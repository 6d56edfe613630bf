// From a model's name to complete files: embedded, a folder, or a hub that cuts off, lies, and
// disappears.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { download } from '../../src/engine/models/download'
import { listHubFiles } from '../../src/engine/models/hub'
import { chooseFiles } from '../../src/engine/models/modelFiles'
import { type StoredModel, storedModel } from '../../src/engine/models/modelStore'
import { parseModelReference } from '../../src/engine/models/reference'
import { SharedWork } from '../../src/async/sharedWork'
import type { LoadProgress } from '../../src/shared/engineProtocol'
import { failureError, toFailure } from '../../src/shared/errors'
import { startEngine } from './support/engineProcess'
import { type HubServer, serveModel } from './support/hubServer'
import { ignore, MODELS, never, request, TINY, wanted } from './support/models'

const ID = 'some-org/tiny.model'
const GRAPH = 'onnx/model_q4.onnx'

let cache: string
let hub: HubServer
beforeEach(async () => {
  cache = await mkdtemp(path.join(os.tmpdir(), 'aepo-cache-'))
  hub = await serveModel(TINY, ID)
})
afterEach(async () => {
  await hub.close()
  await rm(cache, { recursive: true })
})

const stored = (
  options: {
    signal?: AbortSignal
    onProgress?: (progress: LoadProgress) => void
    model?: string
  } = {},
): Promise<StoredModel> =>
  storedModel(
    { builtinModels: MODELS, cache, hub: hub.url },
    options.model ?? ID,
    'generator',
    'cpu',
    { signal: options.signal ?? never, onProgress: options.onProgress ?? ignore },
  )

const folder = (): string => path.join(cache, 'some-org/tiny.model/main')
const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
const requestsOf = (file: string): string[] =>
  hub.requests
    .filter((line) => line.includes(file))
    .map((line) => line.split(' ').slice(1).join(' '))

describe('a hub model', () => {
  it('is downloaded once, with its progress in bytes, and then used without a network', async () => {
    const progress: LoadProgress[] = []
    const { variant, files } = await stored({ onProgress: (step) => progress.push(step) })
    expect(variant).toBe('q4')
    expect(files).toEqual([
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'generation_config.json',
      GRAPH,
    ])
    for (const file of files)
      expect(await sha256(path.join(folder(), file))).toBe(await sha256(path.join(TINY, file)))
    const { size } = await stat(path.join(TINY, GRAPH))
    expect(progress).toContainEqual({
      kind: 'download',
      file: GRAPH,
      bytes: size,
      totalBytes: size,
    })
    expect(hub.requests.at(-1)).toContain(GRAPH)
    const asked = hub.requests.length
    expect(await stored()).toMatchObject({ folder: folder(), variant: 'q4' })
    expect(hub.requests).toHaveLength(asked)
  })

  it('goes on where an earlier process stopped', async () => {
    const content = await readFile(path.join(TINY, GRAPH))
    await mkdir(path.join(folder(), 'onnx'), { recursive: true })
    await writeFile(path.join(folder(), `${GRAPH}.part`), content.subarray(0, 99_999))
    await stored()
    expect(requestsOf(GRAPH)).toEqual(['bytes=99999-'])
    expect(await sha256(path.join(folder(), GRAPH))).toBe(await sha256(path.join(TINY, GRAPH)))
    expect(await readdir(path.join(folder(), 'onnx'))).toEqual(['model_q4.onnx'])
  })

  it.each([GRAPH, 'tokenizer.json'])('never takes a damaged %s', async (file) => {
    hub.damaged.add(file)
    expect(await stored().catch(toFailure)).toMatchObject({
      code: 'model-incomplete',
      message: 'The downloaded file is damaged: its checksum is wrong.',
    })
    hub.damaged.clear()
    await stored()
    expect(await sha256(path.join(folder(), file))).toBe(await sha256(path.join(TINY, file)))
  })

  it('says when there is no network at all', async () => {
    const { url } = hub
    await hub.close()
    expect(await stored().catch(toFailure)).toMatchObject({
      code: 'model-unreachable',
      where: `${url}/api/models/${ID}/revision/main?blobs=true`,
    })
    hub = await serveModel(TINY, ID)
  })

  it('says when the hub has no such model', async () => {
    expect(await stored({ model: 'some-org/other' }).catch(toFailure)).toMatchObject({
      code: 'not-found',
      remedy: 'Check the model id and its revision.',
    })
  })

  it.each([
    [
      'does not tell whether there is such a model',
      401,
      '{"error": "Invalid username or password."}',
      'The model hub has no such model, or refuses access to it (status 401).',
    ],
    ['refuses access', 403, '{}', 'The model hub refuses access (status 403).'],
    [
      'is a page to log in to a network',
      200,
      '<html>Welcome</html>',
      'The model hub gave an answer that lists no files.',
    ],
  ])('says when the hub %s', async (_, status, body, message) => {
    const server = createServer((__, response) => void response.writeHead(status).end(body)).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect(
      await storedModel({ builtinModels: MODELS, cache, hub: other }, ID, 'generator', 'cpu', {
        signal: never,
        onProgress: ignore,
      }).catch(toFailure),
    ).toMatchObject({ code: 'model-unreachable', message })
    server.close()
  })

  it('says what keeps it from the lock when that is no other process', async () => {
    const lock = `${folder()}.lock`
    await mkdir(folder(), { recursive: true })
    await writeFile(lock, '')
    await utimes(lock, 0, 0) // stale, and a file cannot be removed as a folder
    expect(toFailure(await stored().catch((thrown: unknown) => thrown)).message).toContain(
      'is a file, not a folder',
    )
  })

  it('is not downloaded twice at the same time', async () => {
    const outcome = (): Promise<string> =>
      stored().then(
        () => 'ok',
        (thrown: unknown) => toFailure(thrown).code,
      )
    const outcomes = await Promise.all([outcome(), outcome()])
    expect(outcomes).toContain('ok')
    expect(['ok', 'busy']).toEqual(expect.arrayContaining(outcomes))
    expect(requestsOf(GRAPH)).toEqual([''])
  })

  it('is sampled from by the engine', async () => {
    const engine = startEngine({ cache, hub: hub.url })
    const kinds = new Set<string>()
    const loaded = await engine.request(
      'sample',
      { ...request('Hi', wanted(2), { maxNewTokens: 4 }), generator: { model: ID, device: 'cpu' } },
      { onProgress: ({ kind }) => kinds.add(kind) },
    )
    expect(loaded).toMatchObject({ model: ID, device: 'cpu' })
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['candidate', 'download', 'loading']))
    await engine.dispose()
  })
})

describe('download', () => {
  const target = (): string => path.join(cache, 'graph.onnx')

  /** Downloads the graph; the connection is cut when these many bytes are on disk. */
  async function graph(cuts: number[] = [], signal = never): Promise<void> {
    const [organisation = '', name = ''] = ID.split('/')
    const remote = (
      await listHubFiles(hub.url, { organisation, name, revision: 'main' }, never)
    ).get(GRAPH)
    if (!remote) throw new Error('The hub lists no graph.')
    await download(remote, target(), {
      signal,
      retryDelay: 0,
      onProgress: (bytes) => {
        if (cuts.includes(bytes)) hub.cut()
      },
    })
  }

  it('goes on where a connection was cut', async () => {
    hub.sendOnly.set(GRAPH, [50_000, 70_000])
    await graph([50_000, 120_000])
    expect(requestsOf(GRAPH)).toEqual(['', 'bytes=50000-', 'bytes=120000-'])
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('starts anew where the server does not resume', async () => {
    hub.ignoreRanges = true
    hub.sendOnly.set(GRAPH, [50_000])
    await graph([50_000])
    expect(requestsOf(GRAPH)).toEqual(['', 'bytes=50000-'])
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('gives up after some fruitless attempts, and resumes later', async () => {
    hub.sendOnly.set(GRAPH, [50_000, 0, 0, 0])
    const failure = toFailure(await graph([50_000]).catch((thrown: unknown) => thrown))
    expect(failure).toMatchObject({ code: 'model-unreachable' })
    expect(failure.remedy).toContain('what was downloaded is kept')
    await graph()
    expect(requestsOf(GRAPH).at(-1)).toBe('bytes=50000-')
    expect(await sha256(target())).toBe(await sha256(path.join(TINY, GRAPH)))
  })

  it('stops when told to while it checks what it has', async () => {
    const controller = new AbortController()
    await mkdir(path.dirname(target()), { recursive: true })
    await writeFile(`${target()}.part`, await readFile(path.join(TINY, GRAPH)))
    const checked = graph([], controller.signal).catch(toFailure)
    controller.abort()
    expect(await checked).toMatchObject({ code: 'cancelled' })
    expect(await readdir(cache)).toEqual(['graph.onnx.part'])
  })

  it('stops when told to and keeps what it has', async () => {
    const controller = new AbortController()
    hub.sendOnly.set(GRAPH, [60_000])
    hub.cut = () => controller.abort()
    expect(
      toFailure(await graph([60_000], controller.signal).catch((thrown: unknown) => thrown)).code,
    ).toBe('cancelled')
    await graph()
    expect(requestsOf(GRAPH).at(-1)).toBe('bytes=60000-')
  })
})

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
  ])('reads %s', (model, expected) => {
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
  ])('refuses "%s"', (model) => {
    expect(() => parseModelReference(model)).toThrow()
  })
})

describe('chooseFiles', () => {
  const base = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
  const all = (...graphs: string[]): Set<string> => new Set([...base, ...graphs])

  it('takes the variant that suits the device', () => {
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

  it('takes the graph of integer products with the 4-bit weights it reads, on the CPU', () => {
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

  it('takes the weights beside a large graph, but not what is still being downloaded', () => {
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

  it('names what is missing', () => {
    expect(chooseFiles(new Set(['config.json']), 'generator', 'cpu')).toEqual({
      missing: 'tokenizer.json',
    })
    expect(chooseFiles(all(), 'generator', 'cpu')).toEqual({ missing: 'onnx/model_q4.onnx' })
  })
})

describe('SharedWork', () => {
  const waiting = (
    signal = never,
    seen: LoadProgress[] = [],
  ): { signal: AbortSignal; onProgress: (progress: LoadProgress) => void } => ({
    signal,
    onProgress: (progress) => seen.push(progress),
  })

  it('loads once, tells all who wait, and goes on for the last of them', async () => {
    let settle: (model: string) => void = ignore
    let inner: AbortSignal = never
    let report: (progress: LoadProgress) => void = ignore
    const load = new SharedWork<string, LoadProgress>((options) => {
      inner = options.signal
      report = options.onProgress
      return new Promise<string>((resolve) => (settle = resolve))
    })
    const impatient = new AbortController()
    const seen: LoadProgress[] = []
    const first = load.wait(waiting(impatient.signal))
    const second = load.wait(waiting(never, seen))
    impatient.abort()
    expect(toFailure(await first.catch((thrown: unknown) => thrown)).code).toBe('cancelled')
    expect(inner.aborted).toBe(false)
    report({ kind: 'loading' })
    settle('model')
    expect(await second).toBe('model')
    expect(seen).toEqual([{ kind: 'loading' }])
  })

  it('begins anew for who comes after it was given up, once that has ended, and after a failure', async () => {
    const signals: AbortSignal[] = []
    let end: () => void = ignore
    const load = new SharedWork<string, LoadProgress>(({ signal }) => {
      if (signals.push(signal) > 1) return Promise.resolve('model')
      return new Promise<string>(
        (_, reject) => (end = () => reject(failureError('cancelled', 'Cancelled.'))),
      )
    })
    const hasty = new AbortController()
    const first = load.wait(waiting(hasty.signal)).catch(toFailure)
    hasty.abort()
    const second = load.wait(waiting())
    const third = load.wait(waiting())
    expect(await first).toMatchObject({ code: 'cancelled' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    end()
    expect(await Promise.all([second, third])).toEqual(['model', 'model'])
    expect(signals).toHaveLength(2)

    let attempts = 0
    const failing = new SharedWork<string, LoadProgress>(() =>
      ++attempts === 1 ? Promise.reject(new Error('no')) : Promise.resolve('model'),
    )
    await expect(failing.wait(waiting())).rejects.toThrow('no')
    expect(await failing.wait(waiting())).toBe('model')
  })

  it('gives up when nobody waits any more, and passes failures on', async () => {
    const controller = new AbortController()
    let inner: AbortSignal = never
    const load = new SharedWork<string, LoadProgress>(({ signal }) => {
      inner = signal
      return Promise.reject<string>(failureError('not-found', 'Nothing.'))
    })
    expect(toFailure(await load.wait(waiting()).catch((thrown: unknown) => thrown)).code).toBe(
      'not-found',
    )
    const endless = new SharedWork<string, LoadProgress>(({ signal }) => {
      inner = signal
      return new Promise<string>(() => undefined)
    })
    const wait = endless.wait(waiting(controller.signal))
    controller.abort()
    await expect(wait).rejects.toThrow()
    expect(inner.aborted).toBe(true)
  })
})
