// The in-place cache: its room, its memory, cancellation.
import { describe, expect, it } from 'vitest'
import { InPlaceCache } from '../../src/engine/generation/inPlaceCache'
import { tokensOf } from './support/decoding'
import { never } from './support/models'
import { BYTES_PER_TOKEN, graph, useTinyGraph } from './support/tinyGraph'

useTinyGraph()

describe('InPlaceCache', () => {
  it('has room for as many rows as its limits allow, and always for one', () => {
    const cache = new InPlaceCache(graph, { maxRows: 128, bytes: BYTES_PER_TOKEN * 64 * 10 })
    expect([cache.room(64), cache.room(65), cache.room(10_000)]).toEqual([10, 5, 1])
    expect(new InPlaceCache(graph, { maxRows: 3, bytes: 1e12 }).room(64)).toBe(3)
  })

  it('counts the bytes of prompts, and frees them when they are released', async () => {
    const cache = new InPlaceCache(graph, { maxRows: 128, bytes: BYTES_PER_TOKEN * 64 * 10 })
    const prompt = await cache.prefill(tokensOf(128, 1), never)
    expect(cache.room(64)).toBe(8)
    await cache.admit(prompt, 10, 192) // the room before the prompt was computed
    expect(await cache.step(new Int32Array(10))).toHaveLength(10 * graph.vocabularySize)
    for (let row = 9; row >= 0; row--) cache.drop(row)
    cache.release(prompt)
    expect(cache.room(64)).toBe(10)
    expect(prompt.buffers.every(({ length }) => length === 0)).toBe(true)
    await expect(cache.prefill(tokensOf(128, 1), AbortSignal.abort())).rejects.toThrow()
    expect(cache.room(64)).toBe(10)
  })

  it('does not copy the cache in a step', async () => {
    const cache = new InPlaceCache(graph, { maxRows: 64, bytes: 1e9 })
    await cache.admit(await cache.prefill(tokensOf(4, 1), never), 64, 640)
    await cache.step(new Int32Array(64))
    const cacheBytes = 64 * 640 * BYTES_PER_TOKEN
    const before = process.memoryUsage().arrayBuffers
    for (let step = 0; step < 20; step++) await cache.step(new Int32Array(64))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(cacheBytes)
  })

  it('cancels a long prompt between chunks', async () => {
    const controller = new AbortController()
    const prefill = new InPlaceCache(graph, { maxRows: 1, bytes: 1e9 }).prefill(
      tokensOf(1000, 4),
      controller.signal,
    )
    controller.abort()
    await expect(prefill).rejects.toThrow()
  })
})
