// Graphs: the description of a loaded one, and small ones encoded in memory.
import { InferenceSession } from 'onnxruntime-node'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeGraph } from '../../src/engine/generation/graph'
import { integersSaturate } from '../../src/engine/runtime/integers'
import { expandGraph, joinRowsGraph } from '../../src/engine/runtime/deviceGraphs'
import { ELEMENTS, matrixPowerGraph } from '../../src/engine/runtime/smallGraphs'
import { toFailure } from '../../src/shared/errors'
import { SUMMING, summingGraph } from './support/graphs'
import { MINI_LM, TINY } from './support/models'

describe('describeGraph', () => {
  it('reads shapes from the session', async () => {
    const graph = describeGraph(
      await InferenceSession.create(path.join(TINY, 'onnx/model_q4.onnx')),
      {},
      TINY,
    )
    expect(graph).toMatchObject({
      cacheType: 'float32',
      logitsType: 'float32',
      vocabularySize: 309,
      takesPositions: false,
    })
    expect(
      graph.slots.map(({ input, output, heads, dim }) => [input, output, heads, dim]),
    ).toContainEqual(['past_key_values.1.value', 'present.1.value', 2, 16])
    await graph.session.release()
  })

  it('refuses a graph that is no language model', async () => {
    const session = await InferenceSession.create(path.join(MINI_LM, 'onnx/model_quantized.onnx'))
    const refusal = (): unknown => describeGraph(session, {}, MINI_LM)
    expect(refusal).toThrow()
    try {
      refusal()
    } catch (thrown) {
      expect(toFailure(thrown)).toMatchObject({ code: 'bad-input', where: MINI_LM })
    }
    await session.release()
  })

  it('refuses a graph whose sizes are neither in it nor in config.json', async () => {
    const session = await InferenceSession.create(summingGraph(ELEMENTS.float32))
    const { num_key_value_heads: _, ...withoutHeads } = SUMMING
    const failures = [SUMMING, withoutHeads, {}].map((config) => {
      try {
        describeGraph(session, config, 'folder')
        return 'none'
      } catch (thrown) {
        return toFailure(thrown)
      }
    })
    expect(failures).toMatchObject([
      'none',
      {
        code: 'bad-input',
        message: 'Neither the model\'s graph nor its config.json has "num_key_value_heads".',
        where: 'folder',
      },
      { code: 'bad-input' },
    ])
    await session.release()
  })
})

describe('small graphs', () => {
  it('can be loaded by ONNX Runtime', async () => {
    const power = await InferenceSession.create(matrixPowerGraph(3))
    expect([power.inputNames, power.outputNames]).toEqual([['x', 'w'], ['y']])
    await power.release()
    const join = await InferenceSession.create(joinRowsGraph(ELEMENTS.float32, 1))
    expect([join.inputNames, join.outputNames]).toEqual([
      ['first.0', 'second.0', 'rows', 'pads.first', 'pads.second'],
      ['joined.0'],
    ])
    await join.release()
    const expand = await InferenceSession.create(expandGraph(ELEMENTS.float16, 2))
    expect([expand.inputNames, expand.outputNames]).toEqual([
      ['shape.0', 'shape.1'],
      ['made.0', 'made.1'],
    ])
    await expand.release()
  })

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'detect saturation of 8-bit products, which processors without VNNI have',
    async () => {
      expect(await integersSaturate()).toBe(
        !/\bavx(512)?_vnni\b/.test(readFileSync('/proc/cpuinfo', 'utf8')),
      )
    },
  )
})
