// Models of a hub: download, cache, and the failures of a hub.
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type StoredModel, storedModel } from '../../src/engine/models/modelStore'
import type { LoadProgress } from '../../src/shared/engineProtocol'
import { toFailure } from '../../src/shared/errors'
import { startEngine } from './support/engineProcess'
import { cache, GRAPH, hub, ID, requestsOf, sha256, startHub, useHub } from './support/hubModel'
import { ignore, MODELS, never, request, TINY, wanted } from './support/models'

useHub()

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

describe('a hub model', () => {
  it('is downloaded once, with progress in bytes, and then used without network access', async () => {
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

  it('that is gated needs an access token: that of the owner, or of the environment', async () => {
    hub.token = 'hf_secret'
    const failure = toFailure(await stored().catch((thrown: unknown) => thrown))
    expect(failure.remedy).toMatch('AEPO: Set Hugging Face Token…')
    const access = (token: string | null): ReturnType<typeof storedModel> =>
      storedModel(
        { builtinModels: MODELS, cache, hub: hub.url, hubToken: () => Promise.resolve(token) },
        ID,
        'generator',
        'cpu',
        { signal: never, onProgress: ignore },
      )
    await expect(access('hf_other')).rejects.toThrow()
    expect((await access('hf_secret')).files).toContain(GRAPH)
  })

  it('resumes the download of an earlier process', async () => {
    const content = await readFile(path.join(TINY, GRAPH))
    await mkdir(path.join(folder(), 'onnx'), { recursive: true })
    await writeFile(path.join(folder(), `${GRAPH}.part`), content.subarray(0, 99_999))
    await stored()
    expect(requestsOf(GRAPH)).toEqual(['bytes=99999-'])
    expect(await sha256(path.join(folder(), GRAPH))).toBe(await sha256(path.join(TINY, GRAPH)))
    expect(await readdir(path.join(folder(), 'onnx'))).toEqual(['model_q4.onnx'])
  })

  it.each([GRAPH, 'tokenizer.json'])('rejects %s, damaged twice', async (file) => {
    hub.damaged.set(file, 2)
    expect(await stored().catch(toFailure)).toMatchObject({
      code: 'model-incomplete',
      message: 'The downloaded file is damaged: its checksum is wrong.',
    })
    expect(requestsOf(file)).toEqual(['', ''])
    await stored()
    expect(await sha256(path.join(folder(), file))).toBe(await sha256(path.join(TINY, file)))
  })

  it('fails without a network', async () => {
    const { url } = hub
    await hub.close()
    expect(await stored().catch(toFailure)).toMatchObject({
      code: 'model-unreachable',
      where: `${url}/api/models/${ID}/revision/main?blobs=true`,
    })
    await startHub()
  })

  it('fails if the hub has no such model', async () => {
    expect(await stored({ model: 'some-org/other' }).catch(toFailure)).toMatchObject({
      code: 'not-found',
      remedy: expect.stringContaining('Check the model id and its revision.') as string,
    })
  })

  it.each([
    [
      'does not say whether the model exists',
      401,
      '{"error": "Invalid username or password."}',
      'The model hub has no such model, or refuses access to it (status 401).',
    ],
    ['refuses access', 403, '{}', 'The model hub refuses access (status 403).'],
    [
      'is the login page of a network',
      200,
      '<html>Welcome</html>',
      'The model hub gave an answer that lists no files.',
    ],
  ])('fails if the hub %s', async (_, status, body, message) => {
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

  it('reports why it cannot lock the folder, if no other process holds the lock', async () => {
    const lock = `${folder()}.lock`
    await mkdir(folder(), { recursive: true })
    await writeFile(lock, '')
    await utimes(lock, 0, 0) // stale; removing it fails because it is a file, not a folder
    expect(toFailure(await stored().catch((thrown: unknown) => thrown)).message).toContain(
      'is a file, not a folder',
    )
  })

  it('is not downloaded by two processes at once', async () => {
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

  it('is downloaded and sampled from by the engine', async () => {
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
