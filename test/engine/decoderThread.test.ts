// Decoders on threads of their own: the same candidates as in this thread, failures as data, and a
// new thread after one has ended.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { loadDecoder } from '../../src/engine/generation/decoder'
import { DecoderThread } from '../../src/engine/generation/decoderThread'
import { ParallelQueue } from '../../src/engine/generation/parallelQueue'
import type {
  FinishedCandidate,
  SampleJob,
  SampleQueue,
} from '../../src/engine/generation/sampleJob'
import type { Log } from '../../src/engine/log'
import { threadsAlive } from '../../src/engine/runtime/modelThread'
import { toFailure } from '../../src/shared/errors'
import { tokensOf } from './support/decoding'
import { ignore, never, ROOT, TINY } from './support/models'

const SCRIPT = path.join(ROOT, 'dist/decoder.js')
const stored = { folder: TINY, graph: 'onnx/model_q4.onnx' }
const limits = { kvCacheBytes: 1e6, threads: 1 }
const threads: DecoderThread[] = []

function thread(graph = stored.graph, script = SCRIPT, log: Log = ignore): DecoderThread {
  const setup = { stored: { ...stored, graph }, config: {}, limits }
  const decoder = new DecoderThread(setup, log, script)
  threads.push(decoder)
  return decoder
}

/** A script of a thread that ends when a prompt has a certain length. */
function endsAtPromptsOf(length: number): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'aepo-decoder-')), 'decoder.cjs')
  writeFileSync(
    file,
    `require('node:worker_threads').parentPort.on('message', ({ method, params }) => {
      if (method === 'sample' && params.prompt.length === ${length}) process.exit()
    })
    require(${JSON.stringify(SCRIPT)})`,
  )
  return file
}

type Candidate = FinishedCandidate & { length: number }

const jobFor = (
  length: number,
  candidates: number,
  finished: Candidate[],
  options: Partial<SampleJob> = {},
): SampleJob => ({
  prompt: tokensOf(length, length),
  candidates: Array.from({ length: candidates }, (_, index) => ({ index, seed: length + index })),
  sampling: { temperature: 1, topP: 0.9, topK: 0, minP: 0, repetitionPenalty: 1.1 },
  maxNewTokens: 20,
  endTokens: new Set([7, 8, 9]),
  signal: never,
  where: TINY,
  onCandidate: (candidate) => finished.push({ ...candidate, length }),
  onRate: ignore,
  ...options,
})

async function candidatesOf(queue: SampleQueue): Promise<Candidate[]> {
  const finished: Candidate[] = []
  const lengths = [3, 40, 150]
  await Promise.all(lengths.map((length) => queue.submit(jobFor(length, 20, finished))))
  return finished.sort((a, b) => a.length - b.length || a.index - b.index)
}

describe('DecoderThread', () => {
  afterEach(async () => {
    await Promise.all(threads.splice(0).map((each) => each.dispose()))
  })

  it('gives three decoders the candidates of one', async () => {
    const one = await loadDecoder(stored, {}, 'cpu', limits, ignore)
    const expected = await candidatesOf(one.scheduler)
    await one.dispose()
    expect(expected).toHaveLength(60)
    expect(await candidatesOf(new ParallelQueue([thread(), thread(), thread()]))).toEqual(expected)
  })

  it('passes on tokens, the logits of the prompt, and a cancellation', async () => {
    const decoder = thread()
    const controller = new AbortController()
    const lengths: number[] = []
    let vocabulary = 0
    const job = jobFor(5, 1, [], {
      signal: controller.signal,
      maxNewTokens: 900,
      endTokens: new Set(),
      onPrompt: (logits) => (vocabulary = logits.length),
      onTokens: (_, tokens) => {
        if (lengths.push(tokens.length) === 3) controller.abort()
      },
    })
    await expect(decoder.submit(job)).rejects.toMatchObject({ failure: { code: 'cancelled' } })
    expect(vocabulary).toBe(309)
    expect(lengths.slice(0, 3)).toEqual([1, 2, 3])
    const finished: Candidate[] = []
    await decoder.submit(jobFor(5, 2, finished))
    expect(finished).toHaveLength(2)
  })

  it('ends with jobs in it, which fail', async () => {
    const decoder = thread()
    let onTokens = ignore
    const begun = new Promise<void>((resolve) => (onTokens = resolve))
    const endless = { maxNewTokens: 900, endTokens: new Set<number>(), onTokens: () => onTokens() }
    const ended = Promise.allSettled(
      [3, 40].map((length) => decoder.submit(jobFor(length, 20, [], endless))),
    )
    await begun
    await decoder.dispose()
    expect(threadsAlive()).toBe(0)
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('fails as a decoder in this thread if the graph cannot be loaded, and logs why', async () => {
    const messages: string[] = []
    const decoder = thread('onnx/none.onnx', SCRIPT, (_, message) => messages.push(message))
    const missing = await decoder.submit(jobFor(3, 1, [])).then(() => undefined, toFailure)
    expect(missing?.code).toBe('model-incomplete')
    expect(messages).toEqual([
      expect.stringMatching(/^A thread that runs a model did not start: .*none\.onnx/),
    ])
  })

  it('fails its jobs when the thread ends, and then starts another one', async () => {
    const decoder = thread(stored.graph, endsAtPromptsOf(13))
    const failed = decoder.submit(jobFor(13, 1, [])).then(() => undefined, toFailure)
    expect(await failed).toMatchObject({ code: 'internal' })
    const finished: Candidate[] = []
    await decoder.submit(jobFor(5, 2, finished))
    expect(finished).toHaveLength(2)
  })
})
