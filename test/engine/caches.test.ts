// The two ways of keeping keys and values: equal to each other, exact under every order of rows,
// and without leaks.
import { InferenceSession } from 'onnxruntime-node'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CausalGraph, describeGraph } from '../../src/engine/generation/graph'
import { InPlaceCache } from '../../src/engine/generation/inPlaceCache'
import type { KvCache, Prefilled } from '../../src/engine/generation/kvCache'
import { ReturnedCache } from '../../src/engine/generation/returnedCache'
import { ELEMENTS, joinRowsGraph } from '../../src/engine/runtime/smallGraphs'
import { decoded, fed, largestDifference, tokensOf, watched } from './support/decoding'
import { never, TINY } from './support/models'

let graph: CausalGraph
let joinRows: InferenceSession
beforeAll(async () => {
  graph = describeGraph(
    await InferenceSession.create(path.join(TINY, 'onnx/model_q4.onnx')),
    {},
    TINY,
  )
  joinRows = await InferenceSession.create(
    joinRowsGraph(ELEMENTS[graph.cacheType], graph.slots.length),
  )
})
afterAll(async () => {
  await joinRows.release()
  await graph.session.release()
})

const EIGHT_ROWS = { maxRows: 8, bytes: 1e9 }
const inPlace = (of = graph): InPlaceCache => new InPlaceCache(of, EIGHT_ROWS)
const returned =
  (ragged: boolean) =>
  (of = graph): ReturnedCache =>
    new ReturnedCache(of, EIGHT_ROWS, { joinRows, ragged })
const MAKERS: [string, (of?: CausalGraph) => KvCache<Prefilled>][] = [
  ['in place', inPlace],
  ['returned, one prompt at a time', returned(false)],
  ['returned, ragged', returned(true)],
]

describe('all caches', () => {
  it.each(MAKERS.slice(1))(
    'give the same logits, for prompts within a chunk and over several: %s',
    async (_, make) => {
      for (const length of [1, 40, 300]) {
        expect(
          largestDifference(
            await decoded(make(), tokensOf(length, 1), 5, 70),
            await decoded(inPlace(), tokensOf(length, 1), 5, 70),
          ),
        ).toBeLessThan(1e-4)
      }
    },
  )

  it.each(MAKERS)('keep a row’s bits while other rows leave: %s', async (_, make) => {
    expect(await keptBits(make(), make())).toBe(0)
  })

  it.each([MAKERS[0], MAKERS[2]].filter((maker) => maker !== undefined))(
    'share a batch among prompts of any length, moving rows as buffers grow: %s',
    async (_, make) => {
      const alone = await Promise.all(
        [5, 130, 64].map((length) => decoded(make(), tokensOf(length, 3), 1, 5)),
      )
      const cache = make()
      const seen: Float32Array[][] = [[], [], []]
      const rows: { prompt: number; step: number }[] = []
      for (let step = 0; step < 7; step++) {
        if (step < 3) {
          const length = [5, 130, 64][step] ?? 0
          const prompt = await cache.prefill(tokensOf(length, 3), never)
          seen[step]?.push(prompt.logits.slice())
          await cache.admit(prompt, 1, length + 5)
          rows.push({ prompt: step, step: 0 })
        }
        const logits = await cache.step(Int32Array.from(rows, (row) => fed(0, row.step)))
        rows.forEach((row, i) => {
          if (row.step++ < 5)
            seen[row.prompt]?.push(
              logits.slice(i * graph.vocabularySize, (i + 1) * graph.vocabularySize),
            )
        })
        for (let i = rows.length - 1; i >= 0; i--) {
          if ((rows[i]?.step ?? 0) < 5) continue
          const last = rows.pop()
          if (last && i < rows.length) rows[i] = last
          cache.drop(i)
        }
      }
      seen.forEach((logits, i) => expect(largestDifference(logits, alone[i] ?? [])).toBe(0))
    },
  )
})

describe('a beginning that prompts share', () => {
  const SYSTEM = tokensOf(300, 7)
  const PROMPTS = [1, 2, 3].map((salt) => [...SYSTEM, ...tokensOf(20 + 60 * salt, salt)])

  /** The graph, and how many tokens it was given. */
  function counting(): { graph: CausalGraph; tokens: () => number } {
    let tokens = 0
    const session = watched(graph.session, (feeds) => {
      tokens += feeds['input_ids']?.size ?? 0
    })
    return { graph: { ...graph, session }, tokens: () => tokens }
  }

  it.each(MAKERS)('is computed twice, then never again, to the same bits: %s', async (_, make) => {
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
  })

  it.each(MAKERS)('gives way to another, and is forgotten with the rows: %s', async (_, make) => {
    const counted = counting()
    const cache = make(counted.graph)
    const computed = async (prompt: number[]): Promise<number> => {
      const before = counted.tokens()
      cache.release(await cache.prefill(prompt, never))
      return counted.tokens() - before
    }
    const others = [1, 2, 3].map((salt) => [...tokensOf(140, 9), ...tokensOf(30, salt)])
    for (const prompt of PROMPTS) await computed(prompt)
    // its last chunk is wanted, and no shorter prefix is kept
    expect(await computed(PROMPTS[0]?.slice(0, 256) ?? [])).toBe(256)
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

/**
 * Decodes the last of four rows while the first row is dropped after each step, and alone in
 * another cache.
 */
async function keptBits<P extends Prefilled>(
  cache: KvCache<P>,
  other: KvCache<P>,
): Promise<number> {
  const alone = await decoded(other, tokensOf(20, 2), 1, 4)
  const prompt = await cache.prefill(tokensOf(20, 2), never)
  await cache.admit(prompt, 4, 30)
  const seen = [prompt.logits.slice()]
  for (let step = 0; step < 4; step++) {
    const place = step === 0 ? 3 : 0
    const logits = await cache.step(
      new Int32Array(cache.rows).fill(7).fill(fed(0, step), place, place + 1),
    )
    seen.push(logits.slice(place * graph.vocabularySize, (place + 1) * graph.vocabularySize))
    // first the last row moves to the front, then others leave behind it
    if (step < 3) cache.drop(step === 0 ? 0 : 1)
  }
  return largestDifference(seen, alone)
}

describe('InPlaceCache', () => {
  it('has room for as many rows as its bytes hold, and always for one', () => {
    const perToken = 2 * 2 * 2 * 16 * 4 // layers × key and value × heads × dim × bytes
    const cache = new InPlaceCache(graph, { maxRows: 128, bytes: perToken * 64 * 10 })
    expect([cache.room(64), cache.room(65), cache.room(10_000)]).toEqual([10, 5, 1])
    expect(new InPlaceCache(graph, { maxRows: 3, bytes: 1e12 }).room(64)).toBe(3)
  })

  it('counts prompts that are held, and frees them when they are released', async () => {
    const perToken = 2 * 2 * 2 * 16 * 4
    const cache = new InPlaceCache(graph, { maxRows: 128, bytes: perToken * 64 * 10 })
    const prompt = await cache.prefill(tokensOf(128, 1), never)
    expect(cache.room(64)).toBe(8)
    await cache.admit(prompt, 10, 192) // what there was room for before the prompt was computed
    expect(await cache.step(new Int32Array(10))).toHaveLength(10 * graph.vocabularySize)
    for (let row = 9; row >= 0; row--) cache.drop(row)
    cache.release(prompt)
    expect(cache.room(64)).toBe(10)
    expect(prompt.buffers.every(({ length }) => length === 0)).toBe(true)
    await expect(cache.prefill(tokensOf(128, 1), AbortSignal.abort())).rejects.toThrow()
    expect(cache.room(64)).toBe(10)
  })

  it('copies nothing from step to step', async () => {
    const cache = new InPlaceCache(graph, { maxRows: 64, bytes: 1e9 })
    await cache.admit(await cache.prefill(tokensOf(4, 1), never), 64, 640)
    await cache.step(new Int32Array(64))
    const cacheBytes = 64 * 640 * 2 * 2 * 2 * 16 * 4
    const before = process.memoryUsage().arrayBuffers
    for (let step = 0; step < 20; step++) await cache.step(new Int32Array(64))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(cacheBytes)
  })

  it('stops a long prompt between chunks', async () => {
    const controller = new AbortController()
    const prefill = new InPlaceCache(graph, { maxRows: 1, bytes: 1e9 }).prefill(
      tokensOf(1000, 4),
      controller.signal,
    )
    controller.abort()
    await expect(prefill).rejects.toThrow()
  })
})

describe.each([[false], [true]])('ReturnedCache, ragged: %s', (ragged) => {
  it('holds no tensor longer than needed, over 1,000 steps', async () => {
    const cache = returned(ragged)()
    const perSet = graph.slots.length
    for (let round = 0; round < 20; round++) {
      const prompt = await cache.prefill(tokensOf(12, round), never)
      await cache.admit(prompt, 4, 62)
      for (let step = 0; step < 50; step++) {
        if (step % 16 === 15) cache.drop(0)
        await cache.step(new Int32Array(cache.rows).fill(9))
        expect(cache.tensorsAlive).toBe(2 * perSet)
      }
      while (cache.rows > 0) cache.drop(0)
      cache.release(prompt)
      expect(cache.tensorsAlive).toBe(0)
    }
  })

  it('frees the memory of what it no longer needs at once', async () => {
    const cache = returned(ragged)()
    const prompt = await cache.prefill(tokensOf(12, 1), never)
    const arrays = prompt.tensors.map(({ data }) => data as Float32Array)
    expect(arrays.every(({ length }) => length > 0)).toBe(true)
    cache.release(prompt)
    expect(arrays.every(({ length }) => length === 0)).toBe(true)
  })

  it.each([1, 2, 3, 4, 5, 6])('frees what it computed before a run failed: %i', async (failing) => {
    let runs = 0
    const faulty = (session: InferenceSession): InferenceSession =>
      watched(session, () => {
        if (++runs === failing) throw new Error('the device is lost')
      })
    const cache = new ReturnedCache({ ...graph, session: faulty(graph.session) }, EIGHT_ROWS, {
      joinRows: faulty(joinRows),
      ragged,
    })
    await expect(decoded(cache, tokensOf(300, 1), 2, 2)).rejects.toThrow('the device is lost')
    cache.clear()
    // the prompt is the caller's
    expect(cache.tensorsAlive).toBe(failing <= 3 ? 0 : graph.slots.length)
  })

  it('frees what it computed of a prompt that was cancelled', async () => {
    const cache = returned(ragged)()
    const controller = new AbortController()
    const prefill = cache.prefill(tokensOf(1000, 4), controller.signal)
    controller.abort()
    await expect(prefill).rejects.toThrow()
    expect(cache.tensorsAlive).toBe(0)
  })
})

describe('ReturnedCache', () => {
  const perToken = 2 * 2 * 2 * 16 * 4
  const bytes = 2 * perToken * 64 * 16

  it('has room for another prompt only where rows may differ, and when enough of them are free', async () => {
    for (const ragged of [false, true]) {
      const cache = new ReturnedCache(graph, { maxRows: 128, bytes }, { joinRows, ragged })
      expect([cache.room(64), cache.room(65), cache.room(10_000)]).toEqual([16, ragged ? 8 : 15, 1])
      const prompt = await cache.prefill(tokensOf(12, 1), never)
      await cache.admit(prompt, 15, 64)
      const rooms = [cache.room(64)]
      cache.drop(3)
      rooms.push(cache.room(64))
      expect(rooms).toEqual(ragged ? [0, 2] : [0, 0])
      expect(cache.room(65)).toBe(0) // wider rows: fewer of them
      cache.release(prompt)
      cache.clear()
    }
  })

  it('computes no more rows than are wanted once an eighth of them is idle', async () => {
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
