// The prefix that successive prompts share is computed once.
import { describe, expect, it } from 'vitest'
import type { CausalGraph } from '../../src/engine/generation/graph'
import type { KvCache, Prefilled } from '../../src/engine/generation/kvCache'
import { ReturnedCache } from '../../src/engine/generation/returnedCache'
import { fed, largestDifference, tokensOf, watched } from './support/decoding'
import { never } from './support/models'
import { ALL_CACHES, graph, useTinyGraph } from './support/tinyGraph'

useTinyGraph()

describe('a prefix shared by prompts', () => {
  const SYSTEM = tokensOf(300, 7)
  const PROMPTS = [1, 2, 3].map((salt) => [...SYSTEM, ...tokensOf(20 + 60 * salt, salt)])

  /** The graph, and the number of tokens that it computed. */
  function counting(): { graph: CausalGraph; tokens: () => number } {
    let tokens = 0
    const session = watched(graph.session, (feeds) => {
      tokens += feeds['input_ids']?.size ?? 0
    })
    return { graph: { ...graph, session }, tokens: () => tokens }
  }

  it.each(ALL_CACHES)(
    'is computed twice and then reused, with the same bits: %s',
    async (_, make) => {
      const counted = counting()
      const cache = make(counted.graph)
      for (const [i, prompt] of PROMPTS.entries()) {
        const before = counted.tokens()
        const prefilled = await cache.prefill(prompt, never)
        expect(counted.tokens() - before).toBe(prompt.length - (i < 2 ? 0 : 256))
        const alone = make()
        const expected = await alone.prefill(prompt, never)
        expect(largestDifference([prefilled.logits], [expected.logits])).toBe(0)
        expect(
          largestDifference(
            [await decodedStep(cache, prefilled)],
            [await decodedStep(alone, expected)],
          ),
        ).toBe(0)
      }
      cache.clear()
      if (cache instanceof ReturnedCache) expect(cache.tensorsAlive).toBe(0)
    },
  )

  it.each(ALL_CACHES)('is computed once if the next prompt is known: %s', async (_, make) => {
    const counted = counting()
    const cache = make(counted.graph)
    const [first = [], second = []] = PROMPTS
    cache.release(await cache.prefill(first, never, () => second))
    const prefilled = await cache.prefill(second, never)
    expect(counted.tokens()).toBe(first.length + second.length - 256)
    const expected = await make().prefill(second, never)
    expect(largestDifference([prefilled.logits], [expected.logits])).toBe(0)
    cache.release(prefilled)
    cache.clear()
    if (cache instanceof ReturnedCache) expect(cache.tensorsAlive).toBe(0)
  })

  it.each(ALL_CACHES)('is replaced by another one, and freed by clear(): %s', async (_, make) => {
    const counted = counting()
    const cache = make(counted.graph)
    const computed = async (prompt: number[]): Promise<number> => {
      const before = counted.tokens()
      cache.release(await cache.prefill(prompt, never))
      return counted.tokens() - before
    }
    const others = [1, 2, 3].map((salt) => [...tokensOf(140, 9), ...tokensOf(30, salt)])
    for (const prompt of PROMPTS) await computed(prompt)
    // its last chunk must be computed, and no shorter prefix is kept
    expect(await computed(SYSTEM.slice(0, 256))).toBe(256)
    for (const prompt of others) await computed(prompt)
    expect(await computed(others[0] ?? [])).toBe(170 - 128)
    cache.clear()
    expect(await computed(others[1] ?? [])).toBe(170)
    cache.clear()
    if (cache instanceof ReturnedCache) expect(cache.tensorsAlive).toBe(0)
  })
})

/** Logits after one step of a row that continues the prompt. */
async function decodedStep(cache: KvCache<Prefilled>, prompt: Prefilled): Promise<Float32Array> {
  await cache.admit(prompt, 1, prompt.length + 1)
  const logits = (await cache.step(Int32Array.of(fed(0, 0)))).slice()
  cache.drop(0)
  cache.release(prompt)
  return logits
}
