// The cache of returned tensors: its room, idle rows, and leaks.
import type { InferenceSession } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { Places } from '../../src/engine/generation/places'
import { ReturnedCache } from '../../src/engine/generation/returnedCache'
import { joinedAtOnce } from '../../src/engine/generation/returnedTensors'
import { decoded, tokensOf, watched } from './support/decoding'
import { never } from './support/models'
import {
  BYTES_PER_TOKEN,
  EIGHT_ROWS,
  given,
  graph,
  joinRows,
  memory,
  returned,
  useTinyGraph,
} from './support/tinyGraph'

useTinyGraph()

describe.each([
  [false, 'returned'],
  [true, 'returned'],
  [true, 'given'],
] as const)('ReturnedCache, ragged: %s, in %s tensors', (ragged, kind) => {
  const makes = kind === 'given' ? given : returned(ragged)
  const places = (): Places => (kind === 'given' ? { memory } : {})

  it('leaks no tensor in 1,000 steps', async () => {
    const cache = makes()
    const perSet = graph.slots.length
    for (let round = 0; round < 20; round++) {
      const prompt = await cache.prefill(tokensOf(12, round), never)
      await cache.admit(prompt, 4, 62)
      for (let step = 0; step < 50; step++) {
        if (step % 16 === 15) cache.drop(0)
        await cache.step(new Int32Array(cache.rows).fill(9))
        // Those of the prompt, those of the rows, and the logits.
        expect(cache.tensorsAlive).toBe(2 * perSet + 1)
      }
      while (cache.rows > 0) cache.drop(0)
      cache.release(prompt)
      expect(cache.tensorsAlive).toBe(0)
    }
  })

  it('frees the memory of a released prompt at once', async () => {
    const cache = makes()
    const prompt = await cache.prefill(tokensOf(12, 1), never)
    const arrays = prompt.tensors.map(({ data }) => data as Float32Array)
    expect(arrays.every(({ length }) => length > 0)).toBe(true)
    cache.release(prompt)
    expect(arrays.every(({ length }) => length === 0)).toBe(true)
  })

  // Three chunks of the prompt, two halves of the tensors joined, two steps.
  it.each([1, 2, 3, 4, 5, 6, 7])('frees its tensors after run %i failed', async (failing) => {
    let runs = 0
    const faulty = (session: InferenceSession): InferenceSession =>
      watched(session, () => {
        if (++runs === failing) throw new Error('the device is lost')
      })
    const cache = new ReturnedCache({ ...graph, session: faulty(graph.session) }, EIGHT_ROWS, {
      joinRows: faulty(joinRows),
      ragged,
      ...places(),
    })
    await expect(decoded(cache, tokensOf(300, 1), 2, 2)).rejects.toThrow('the device is lost')
    if (failing > 3) cache.clear()
    // the prompt belongs to the caller
    expect(cache.tensorsAlive).toBe(failing <= 3 ? 0 : graph.slots.length)
  })

  it('frees the tensors of a cancelled prompt', async () => {
    const cache = makes()
    const controller = new AbortController()
    const prefill = cache.prefill(tokensOf(1000, 4), controller.signal)
    controller.abort()
    await expect(prefill).rejects.toThrow()
    expect(cache.tensorsAlive).toBe(0)
  })
})

describe('joinedAtOnce', () => {
  it.each([
    [60, 10],
    [56, 8],
    [62, 2],
    [4, 4],
    [1, 1],
  ])('of %i tensors is %i', (slots, expected) => {
    expect(joinedAtOnce(slots)).toBe(expected)
  })
})

describe('ReturnedCache', () => {
  const bytes = 2 * BYTES_PER_TOKEN * 64 * 16

  it('has room for another prompt only if batches are ragged and enough rows are free', async () => {
    for (const ragged of [false, true]) {
      const cache = new ReturnedCache(graph, { maxRows: 128, bytes }, { joinRows, ragged })
      expect([cache.room(64), cache.room(65), cache.room(10_000)]).toEqual([16, ragged ? 8 : 15, 1])
      const prompt = await cache.prefill(tokensOf(12, 1), never)
      await cache.admit(prompt, 15, 64)
      const rooms = [cache.room(64)]
      cache.drop(3)
      rooms.push(cache.room(64))
      expect(rooms).toEqual(ragged ? [0, 2] : [0, 0])
      expect(cache.room(65)).toBe(0) // wider rows, so fewer of them
      cache.release(prompt)
      cache.clear()
    }
  })

  it('has room for twice as many rows that are extended in place', () => {
    const limits = { maxRows: 128, bytes }
    const rooms = [{}, { memory }].map((places) =>
      new ReturnedCache(graph, limits, { joinRows, ragged: true, ...places }).room(64),
    )
    expect(rooms).toEqual([16, 32])
  })

  // Logits and three sets of keys and values for the chunks of a prompt, logits for a step.
  it.each([1, 2, 3, 4, 5])('frees given tensors after allocation %i failed', async (failing) => {
    let allocations = 0
    const short = new Proxy(memory, {
      get: (target, key) => {
        if (++allocations === failing) throw new Error('out of memory')
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const options = { joinRows, ragged: true, memory: short }
    const cache = new ReturnedCache(graph, EIGHT_ROWS, options)
    await expect(decoded(cache, tokensOf(300, 1), 2, 2)).rejects.toThrow('out of memory')
    if (failing === 5) cache.clear()
    expect(cache.tensorsAlive).toBe(failing < 5 ? 0 : graph.slots.length)
  })

  it('extends given tensors in place until they are full', async () => {
    const fedFirst: unknown[] = []
    const session = watched(graph.session, (feeds) =>
      fedFirst.push(feeds[graph.slots[0]?.input ?? '']),
    )
    const cache = given({ ...graph, session })
    const prompt = await cache.prefill(tokensOf(61, 1), never)
    await cache.admit(prompt, 2, 70)
    for (let step = 0; step < 5; step++) await cache.step(Int32Array.of(5, 6))
    const [, first, second, third, wider, last] = fedFirst
    expect(second).toBe(first)
    expect(third).toBe(first)
    expect(wider).not.toBe(first)
    expect(last).toBe(wider)
    cache.release(prompt)
    cache.clear()
    expect(cache.tensorsAlive).toBe(0)
  })

  it('rebuilds the batch when more than an eighth of its rows is idle', async () => {
    const computed: number[] = []
    const session = watched(graph.session, (feeds) =>
      computed.push(feeds['input_ids']?.dims[0] ?? 0),
    )
    const cache = returned(true)({ ...graph, session })
    const prompt = await cache.prefill(tokensOf(3, 1), never)
    await cache.admit(prompt, 8, 20)
    for (let rows = 8; rows > 0; rows--) {
      await cache.step(new Int32Array(rows))
      cache.drop(0)
    }
    expect(computed).toEqual([1, 8, 8, 6, 5, 4, 3, 2, 2])
    cache.release(prompt)
    expect(cache.tensorsAlive).toBe(0)
  })
})
