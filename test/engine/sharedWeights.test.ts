// A second graph whose weights are in the graph beside it, after that one was changed or replaced.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { completeFiles } from '../../src/engine/models/modelFolder'
import { findsWeights } from '../../src/engine/models/sharedWeights'
import { temporaryFolder } from '../support/temporaryFolder'
import { MINI_LM, SMOL } from './support/models'

const GRAPH = 'onnx/model_quantized.onnx'
const SECOND = 'onnx/model_unpadded_quantized.onnx'

describe('a second graph', () => {
  it('is taken while its weights are where it expects them', async () => {
    const folder = temporaryFolder()
    cpSync(MINI_LM, folder, { recursive: true })
    const taken = async (): Promise<string> =>
      (await completeFiles(folder, 'embedder', 'cpu', 'any')).graph
    expect(await taken()).toBe(SECOND)
    const graph = path.join(folder, GRAPH)
    writeFileSync(graph, Buffer.concat([Buffer.from([0x10, 0x07]), readFileSync(graph)]))
    expect(await taken()).toBe(GRAPH)
  })

  it('of integer products finds its weights', async () => {
    expect(await findsWeights(SMOL, 'onnx/model_integer_q4.onnx', 'onnx/model_q4.onnx')).toBe(true)
  })

  it('without weights of another file needs none', async () => {
    expect(await findsWeights(MINI_LM, GRAPH, SECOND)).toBe(true)
  })
})
