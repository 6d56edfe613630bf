// Where a session leaves its logits, keys and values.
import type { Device } from '../../shared/domain'
import { LogitsOnDevice } from '../drawing/logitsOnDevice'
import { DeviceMemory } from './deviceMemory'
import type { CausalGraph, GraphConfig } from './graph'

/**
 * In tensors on its device that it is given, in new tensors there, or in arrays (keys and values in
 * new tensors).
 */
export type Results = 'given' | 'new' | 'arrays'

/** What a cache needs for results that stay on the session's device. */
export interface Places {
  /** Reads the logits of a session that leaves them there. */
  logits?: LogitsOnDevice | undefined
  /** What the graph computes into; without it the session returns new tensors. */
  memory?: DeviceMemory | undefined
}

/** The outputs that a session must be told to leave in the memory of a GPU, as new tensors. */
export function keptOutputs(results: Results, config: GraphConfig): string[] {
  if (results === 'given') return []
  return [...presentNames(config), ...(results === 'new' ? ['logits'] : [])]
}

/** The outputs of the cache, which stay in the memory of a GPU between steps. */
function presentNames(config: GraphConfig): string[] {
  const layers =
    config.num_hidden_layers ?? config.n_layer ?? config.n_layers ?? config.num_layers ?? 0
  return Array.from({ length: layers }, (_, layer) =>
    ['key', 'value'].map((kind) => `present.${layer}.${kind}`),
  ).flat()
}

/** Throws an error of the runtime if the device lacks an operator. */
export async function createPlaces(
  results: Results,
  graph: CausalGraph,
  device: Device,
): Promise<Places> {
  if (results === 'arrays') return {}
  const logits = await LogitsOnDevice.create(device, graph.logitsType, graph.vocabularySize)
  if (results === 'new') return { logits }
  try {
    return { logits, memory: await DeviceMemory.create(graph, device) }
  } catch (thrown) {
    await logits.release()
    throw thrown
  }
}

export async function releasePlaces({ logits, memory }: Places): Promise<void> {
  await logits?.release()
  await memory?.release()
}
