// Tensors in the memory of a device, for a graph to compute into.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import { expandGraph, MADE } from '../runtime/deviceGraphs'
import { loadSmall, release, run } from '../runtime/sessions'
import { ELEMENTS } from '../runtime/smallGraphs'
import { int64 } from './feeds'
import type { CausalGraph } from './graph'

export class DeviceMemory {
  private constructor(
    private readonly graph: CausalGraph,
    private readonly forCache: InferenceSession,
    private readonly forLogits: InferenceSession,
  ) {}

  /** Throws an error of the runtime if the device lacks an operator. */
  static async create(graph: CausalGraph, device: Device): Promise<DeviceMemory> {
    const load = (model: Uint8Array): Promise<InferenceSession> =>
      loadSmall(model, device, { keepsOutputs: true, onDeviceOnly: true })
    const forCache = await load(expandGraph(ELEMENTS[graph.cacheType], graph.slots.length))
    try {
      const forLogits = await load(expandGraph(ELEMENTS[graph.logitsType], 1))
      return new DeviceMemory(graph, forCache, forLogits)
    } catch (thrown) {
      await release(forCache)
      throw thrown
    }
  }

  /** A tensor of keys or values for each slot, [rows, heads, width, dim]. */
  cache(rows: number, width: number): Promise<Tensor[]> {
    const { slots } = this.graph
    return made(
      this.forCache,
      slots.map(({ heads, dim }) => [rows, heads, width, dim]),
    )
  }

  /** A tensor for logits, [rows, tokens, vocabulary]. */
  async logits(rows: number, tokens: number): Promise<Tensor> {
    const [tensor] = await made(this.forLogits, [[rows, tokens, this.graph.vocabularySize]])
    return tensor!
  }

  async release(): Promise<void> {
    await release(this.forCache)
    await release(this.forLogits)
  }
}

async function made(session: InferenceSession, dims: readonly number[][]): Promise<Tensor[]> {
  const feeds = Object.fromEntries(
    dims.map((shape, i) => [MADE.shape(i), new Tensor('int64', int64(shape), [shape.length])]),
  )
  const names = dims.map((_, i) => MADE.tensor(i))
  const results = await run(session, feeds, names)
  return names.map((name) => results[name]!)
}
