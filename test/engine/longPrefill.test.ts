// Long prompts are computed by a graph of their own and decoded by another.
import { InferenceSession } from 'onnxruntime-node'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDecoder } from '../../src/engine/generation/decoder'
import { bytesPerToken, type CausalGraph, describeGraph } from '../../src/engine/generation/graph'
import { InPlaceCache } from '../../src/engine/generation/inPlaceCache'
import { job } from './support/countingCache'
import { decoded, largestDifference, tokensOf, watched } from './support/decoding'
import { never, SMOL } from './support/models'

const LIMITS = { maxRows: 4, bytes: 1e9 }
const LONG = tokensOf(560, 1)
/** Of the same first 512 tokens. */
const SIBLING = [...LONG.slice(0, 512), ...tokensOf(30, 2)]

let graph: CausalGraph
let long: CausalGraph
/** Tokens that the graph for long prompts computed. */
let computed = 0

beforeAll(async () => {
  const load = async (file: string): Promise<CausalGraph> =>
    describeGraph(await InferenceSession.create(path.join(SMOL, 'onnx', file)), {}, SMOL)
  graph = await load('model_integer_q4.onnx')
  long = await load('model_prefill_q4.onnx')
  const session = watched(long.session, (feeds) => {
    computed += feeds['input_ids']?.size ?? 0
  })
  long = { ...long, session }
})
afterAll(async () => {
  await graph.session.release()
  await long.session.release()
})

const cacheOf = (loadLong = (): Promise<CausalGraph> => Promise.resolve(long)): InPlaceCache =>
  new InPlaceCache(graph, LIMITS, loadLong)

describe('a long prompt', () => {
  it('has nearly the logits of the graph that decodes, and rows continue from it', async () => {
    const expected = await decoded(new InPlaceCache(graph, LIMITS), LONG, 2, 2)
    const actual = await decoded(cacheOf(), LONG, 2, 2)
    const largest = Math.max(...expected.map((row) => row.reduce((a, b) => Math.max(a, b))))
    expect(largestDifference(actual, expected)).toBeGreaterThan(0)
    expect(largestDifference(actual, expected)).toBeLessThan(0.1 * largest)
  })

  it('begins after 512 tokens: shorter ones have the bits of the graph that decodes', async () => {
    const unused = (): Promise<CausalGraph> => Promise.reject(new Error('not needed'))
    const short = LONG.slice(0, 512)
    const { logits } = await cacheOf(unused).prefill(short, never)
    const expected = await new InPlaceCache(graph, LIMITS).prefill(short, never)
    expect(logits).toEqual(expected.logits)
    await expect(cacheOf(unused).prefill(LONG, never)).rejects.toThrow('not needed')
  })

  it('has the same bits with and without a kept prefix, and frees all memory', async () => {
    const cache = cacheOf()
    const alone = await decoded(cacheOf(), SIBLING, 2, 2)
    computed = 0
    cache.release(await cache.prefill(LONG, never, () => SIBLING))
    expect(cache.promptBytes).toBeGreaterThan(512 * bytesPerToken(long))
    const after = await decoded(cache, SIBLING, 2, 2)
    expect(computed).toBe(LONG.length + SIBLING.length - 512)
    expect(largestDifference(after, alone)).toBe(0)
    await expect(cache.prefill(LONG, AbortSignal.abort())).rejects.toThrow()
    expect(cache.promptBytes).toBe(0)
  })

  it('leaves room for the floats of the next one until the cache is cleared', async () => {
    const bytesPerRow = 64 * bytesPerToken(graph)
    const limits = { maxRows: 1000, bytes: 600 * bytesPerToken(long) }
    const cache = new InPlaceCache(graph, limits, () => Promise.resolve(long))
    const most = Math.floor(limits.bytes / bytesPerRow)
    expect(cache.room(64)).toBe(most)
    cache.release(await cache.prefill(LONG, never))
    expect(cache.room(64)).toBe(Math.floor((40 * bytesPerToken(long)) / bytesPerRow))
    cache.clear()
    expect(cache.room(64)).toBe(most)
  })

  it('is sampled from alike alone and after others, with one graph loaded', async () => {
    const logged: string[] = []
    const files = {
      graph: 'onnx/model_integer_q4.onnx',
      prefillGraph: 'onnx/model_prefill_q4.onnx',
    }
    const { scheduler, dispose } = await loadDecoder(
      { folder: SMOL, ...files },
      {},
      'cpu',
      { kvCacheBytes: 1e9, threads: 0 },
      (_, line) => logged.push(line),
    )
    const sampled = async (prompt: number[]): Promise<number[][]> => {
      const texts: number[][] = []
      await scheduler.submit({
        ...job(0, 2, []),
        prompt,
        maxNewTokens: 3,
        onCandidate: ({ index, tokens }) => (texts[index] = tokens),
      })
      return texts
    }
    const [, after, ,] = await Promise.all([LONG, SIBLING, tokensOf(20, 3)].map(sampled))
    expect(await sampled(SIBLING)).toEqual(after)
    expect(logged.filter((line) => line.includes('long prompts'))).toHaveLength(1)
    await dispose()
  })

  it('is cancelled between chunks', async () => {
    const controller = new AbortController()
    const cache = cacheOf()
    computed = 0
    const prefill = cache.prefill(LONG, controller.signal)
    controller.abort()
    await expect(prefill).rejects.toThrow()
    expect(computed).toBeLessThan(LONG.length)
    expect(cache.promptBytes).toBe(0)
  })
})
