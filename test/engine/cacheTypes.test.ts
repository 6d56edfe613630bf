// Keys and values in other types than float32.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesPerToken, describeGraph } from '../../src/engine/generation/graph'
import { InPlaceCache } from '../../src/engine/generation/inPlaceCache'
import { cacheLocation } from '../../src/engine/generation/probe'
import { ReturnedCache } from '../../src/engine/generation/returnedCache'
import { tensorOver, valueOfHalf } from '../../src/engine/runtime/arrays'
import { run, runInto } from '../../src/engine/runtime/sessions'
import { JOIN, joinRowsGraph } from '../../src/engine/runtime/deviceGraphs'
import { ELEMENTS } from '../../src/engine/runtime/smallGraphs'
import { decoded, largestDifference, tokensOf } from './support/decoding'
import { SUMMING, summingGraph } from './support/graphs'
import { SMOL } from './support/models'

describe('a cache of integers', () => {
  it('uses one byte per number, and yields the same logits in place and returned', async () => {
    const integers = describeGraph(
      await InferenceSession.create(path.join(SMOL, 'onnx/model_integer_q4.onnx')),
      {},
      SMOL,
    )
    const joinRows = await InferenceSession.create(joinRowsGraph(ELEMENTS[integers.cacheType], 10))
    expect(bytesPerToken(integers)).toBe(30 * 2 * 3 * 64)
    const inPlace = await decoded(
      new InPlaceCache(integers, { maxRows: 4, bytes: 1e9 }),
      tokensOf(140, 1),
      3,
      4,
    )
    for (const ragged of [false, true]) {
      const returned = await decoded(
        new ReturnedCache(integers, { maxRows: 4, bytes: 1e9 }, { joinRows, ragged }),
        tokensOf(140, 1),
        3,
        4,
      )
      expect(largestDifference(inPlace, returned)).toBeLessThan(1e-4)
    }
    for (const session of [joinRows, integers.session]) await session.release()
  })
})

describe('half precision', () => {
  it('is supported in given and in returned tensors', async () => {
    const session = await InferenceSession.create(joinRowsGraph(ELEMENTS.float16, 1))
    const data = tensorOver('float16', Uint16Array.of(0x3c00, 0xc000), [2, 1, 1, 1])
    const pads = new Tensor('int64', new BigInt64Array(8), [8])
    const feeds = {
      [JOIN.first(0)]: data,
      [JOIN.second(0)]: data,
      rows: new Tensor('int64', BigInt64Array.of(1n, 2n), [2]),
      'pads.first': pads,
      'pads.second': pads,
    }
    const given = Uint16Array.of(0, 0)
    await runInto(session, feeds, { [JOIN.joined(0)]: tensorOver('float16', given, [2, 1, 1, 1]) })
    expect(given).toEqual(Uint16Array.of(0xc000, 0x3c00))
    const joined = await run(session, feeds, [JOIN.joined(0)])
    expect(joined[JOIN.joined(0)]?.data).toEqual(given)
    await session.release()
  })

  it('is supported for logits and caches', async () => {
    const halves = describeGraph(
      await InferenceSession.create(summingGraph(ELEMENTS.float16)),
      SUMMING,
      '',
    )
    const joinHalves = await InferenceSession.create(joinRowsGraph(ELEMENTS.float16, 1))
    expect(await cacheLocation(halves)).toBe('cpu')
    const logits = await decoded(
      new ReturnedCache(
        halves,
        { maxRows: 8, bytes: 1e9 },
        { joinRows: joinHalves, ragged: false },
      ),
      [1, 2, 3],
      3,
      1,
    )
    expect(logits).toEqual(
      [
        [6, -6],
        [11, -11, 52, -52, 93, -93],
      ].map((row) => Float32Array.from(row)),
    )
    for (const session of [joinHalves, halves.session]) await session.release()
  })

  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x3555, 0.333251953125],
  ])('converts %i to %d', (bits, value) => {
    expect(valueOfHalf(bits)).toBe(value)
  })
})
