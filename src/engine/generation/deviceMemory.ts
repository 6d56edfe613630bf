// Tensors in the memory of a device, for a graph to compute into.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { expandGraph, MADE } from '../runtime/deviceGraphs'
import { run } from '../runtime/sessions'
import { ELEMENTS } from '../runtime/smallGraphs'
import type { SmallSessions } from '../runtime/smallSessions'
import { int64 } from './feeds'
import type { CausalGraph } from './graph'

export class DeviceMemory {
  private constructor(
    private readonly graph: CausalGraph,
    private readonly forCache: InferenceSession,
    private readonly forLogits: InferenceSession,
  ) {}

  /**
   * Throws an error of the runtime if the device lacks an operator.
   * @param sessions those of this object are among them, and are released with them.
   */
  static async create(sessions: SmallSessions, graph: CausalGraph): Promise<DeviceMemory> {
    const { cacheType, logitsType, slots } = graph
    const options = { keepsOutputs: true, onDeviceOnly: true }
    return new DeviceMemory(
      graph,
      await sessions.load(expandGraph(ELEMENTS[cacheType], slots.length), options),
      await sessions.load(expandGraph(ELEMENTS[logitsType], 1), options),
    )
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
}

async function made(session: InferenceSession, dims: readonly number[][]): Promise<Tensor[]> {
  const feeds = Object.fromEntries(
    dims.map((shape, i) => [MADE.shape(i), new Tensor('int64', int64(shape), [shape.length])]),
  )
  const names = dims.map((_, i) => MADE.tensor(i))
  const results = await run(session, feeds, names)
  return names.map((name) => results[name]!)
}
