// Embedders on threads of their own: the same vectors as in this thread, failures as data, a new
// thread after one has ended; and how batches are shared.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  type BatchEmbedder,
  GraphEmbedder,
  type TextBatch,
} from '../../src/engine/embedding/batchEmbedder'
import { EmbeddingThread } from '../../src/engine/embedding/embeddingThread'
import { ParallelEmbedders } from '../../src/engine/embedding/parallelEmbedders'
import { threadsAlive } from '../../src/engine/runtime/modelThread'
import { toFailure } from '../../src/shared/errors'
import { tokensOf } from './support/decoding'
import { ignore, MINI_LM, never, ROOT } from './support/models'

const SCRIPT = path.join(ROOT, 'dist/embedding.js')
const GRAPH = 'onnx/model_unpadded_quantized.onnx'
const setupOf = (graph = GRAPH): ConstructorParameters<typeof EmbeddingThread>[0] => ({
  stored: { folder: MINI_LM, graph },
  device: 'cpu',
  threads: 1,
})
const threads: EmbeddingThread[] = []

function thread(graph = GRAPH, script = SCRIPT): EmbeddingThread {
  const embedder = new EmbeddingThread(setupOf(graph), ignore, script)
  threads.push(embedder)
  return embedder
}

const batchOf = (length: number, count: number): TextBatch => ({
  texts: Array.from({ length: count }, (_, i) => tokensOf(length, length + i)),
  length,
  promptTokens: 0,
})

const FIVE = batchOf(3, 5)
const BATCHES = [FIVE, batchOf(17, 2), batchOf(200, 1), batchOf(64, 3), batchOf(0, 2)]

describe('EmbeddingThread', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-embedding-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  afterEach(async () => {
    await Promise.all(threads.splice(0).map((each) => each.dispose()))
  })

  it('computes the bits that are computed in this thread, beside another one', async () => {
    const here = await GraphEmbedder.load(setupOf())
    const expected = []
    for (const batch of BATCHES) expected.push(await here.embed(batch, never))
    await here.dispose()
    expect(expected.map((vectors) => vectors.map(({ length }) => length))).toEqual([
      [384, 384, 384, 384, 384],
      [384, 384],
      [384],
      [384, 384, 384],
      [0, 0],
    ])
    const both = new ParallelEmbedders([thread(), thread()], 256)
    expect(await Promise.all(BATCHES.map((batch) => both.embed(batch, never)))).toEqual(expected)
  })

  it('can be cancelled, and goes on', async () => {
    const embedder = thread()
    await expect(embedder.embed(FIVE, AbortSignal.abort())).rejects.toMatchObject({
      failure: { code: 'cancelled' },
    })
    expect(await embedder.embed(FIVE, never)).toHaveLength(5)
  })

  it('ends with batches in it, which end too', async () => {
    const embedder = thread()
    await embedder.start()
    const batches = [200, 64, 17].map((length) => embedder.embed(batchOf(length, 1), never))
    const settling = Promise.allSettled(batches)
    await embedder.dispose()
    expect(threadsAlive()).toBe(0)
    expect(await settling).toHaveLength(3)
  })

  it('fails as an embedder in this thread if the graph cannot be loaded', async () => {
    const missing = await thread('onnx/none.onnx')
      .start()
      .then(() => undefined, toFailure)
    expect(missing?.code).toBe('model-incomplete')
  })

  it('fails its batches when the thread ends, and then starts another one', async () => {
    const script = path.join(folder, 'ends.cjs')
    writeFileSync(
      script,
      `require('node:worker_threads').parentPort.on('message', ({ method, params }) => {
        if (method === 'embed' && params.length === 64) process.exit()
      })
      require(${JSON.stringify(SCRIPT)})`,
    )
    const embedder = thread(GRAPH, script)
    expect(
      await embedder.embed(batchOf(64, 1), never).then(() => undefined, toFailure),
    ).toMatchObject({
      code: 'internal',
      message: 'A thread that runs a model has failed (it has ended).',
    })
    expect(await embedder.embed(batchOf(5, 2), never)).toHaveLength(2)
  })
})

/** Gives the number of batches that it has had, when it is told to. */
class Fake implements BatchEmbedder {
  readonly given: number[] = []
  disposed = false
  private readonly finish: (() => void)[] = []

  constructor(private readonly fault?: Error) {}

  start(): Promise<boolean> {
    return this.fault ? Promise.reject(this.fault) : Promise.resolve(true)
  }

  embed({ length }: TextBatch): Promise<Float32Array[]> {
    this.given.push(length)
    return new Promise((resolve) => this.finish.push(() => resolve([])))
  }

  finishAll(): void {
    for (const finish of this.finish.splice(0)) finish()
  }

  dispose(): Promise<void> {
    this.disposed = true
    return Promise.resolve()
  }
}

/** Resolves when the work that needs no finished batch is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('ParallelEmbedders', () => {
  it('gives a batch to the one that has the fewest', async () => {
    const [one, two] = [new Fake(), new Fake()]
    const both = new ParallelEmbedders([one, two], 256)
    expect([await both.start(), both.width]).toEqual([true, 4])
    const batches = [1, 2, 3].map((length) => both.embed(batchOf(length, 1), never))
    await settled()
    expect([one.given, two.given]).toEqual([[1, 3], [2]])
    one.finishAll()
    await batches[0]
    const last = both.embed(batchOf(4, 1), never)
    await settled()
    expect([one.given, two.given]).toEqual([[1, 3, 4], [2]])
    one.finishAll()
    two.finishAll()
    await Promise.all([...batches, last])
    await both.dispose()
    expect([one.disposed, two.disposed]).toEqual([true, true])
  })

  it('goes on without one that does not start, unless it is the first', async () => {
    const [one, two] = [new Fake(), new Fake(new Error('no memory'))]
    const both = new ParallelEmbedders([one, two], 256)
    const batches = [1, 2].map((length) => both.embed(batchOf(length, 1), never))
    await settled()
    expect([one.given, two.given, both.width]).toEqual([[1, 2], [], 2])
    one.finishAll()
    await Promise.all(batches)
    const none = new ParallelEmbedders([new Fake(new Error('no memory'))], 256)
    await expect(none.start()).rejects.toThrow('no memory')
  })
})
