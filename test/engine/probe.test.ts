// Trial runs that determine the cache of a graph.
import { InferenceSession } from 'onnxruntime-node'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeGraph } from '../../src/engine/generation/graph'
import { extendsInPlace, keepsRowsApart } from '../../src/engine/generation/probe'
import { joinRowsGraph } from '../../src/engine/runtime/deviceGraphs'
import { ELEMENTS } from '../../src/engine/runtime/smallGraphs'
import { SUMMING, summingGraph } from './support/graphs'
import { SMOL, TINY } from './support/models'

describe('keepsRowsApart', () => {
  it('distinguishes a graph that reads lengths from the mask from one that does not', async () => {
    const tiny = describeGraph(
      await InferenceSession.create(path.join(TINY, 'onnx/model_q4.onnx')),
      {},
      TINY,
    )
    const joinRows = await InferenceSession.create(joinRowsGraph(ELEMENTS.float32, 1))
    expect(await keepsRowsApart(tiny, joinRows)).toBe(true)
    const summing = describeGraph(
      await InferenceSession.create(summingGraph(ELEMENTS.float32)),
      SUMMING,
      '',
    )
    expect(await keepsRowsApart(summing, joinRows)).toBe(false)
    for (const session of [joinRows, tiny.session, summing.session]) await session.release()
  })
})

describe('extendsInPlace', () => {
  it.each([
    [TINY, 'model_q4.onnx'],
    [SMOL, 'model_q4.onnx'],
    [SMOL, 'model_integer_q4.onnx'],
  ])('is true for %s/%s', async (folder, file) => {
    const session = await InferenceSession.create(path.join(folder, 'onnx', file))
    expect(await extendsInPlace(describeGraph(session, {}, folder))).toBe(true)
    await session.release()
  })
})
