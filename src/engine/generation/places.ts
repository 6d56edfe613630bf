// Where a session leaves its logits, keys and values.
import { LogitsOnDevice } from '../drawing/logitsOnDevice'
import type { SmallSessions } from '../runtime/smallSessions'
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

/**
 * Throws an error of the runtime if the device lacks an operator.
 * @param sessions those of the places are among them, and are released with them.
 */
export async function createPlaces(
  results: Results,
  graph: CausalGraph,
  sessions: SmallSessions,
): Promise<Places> {
  if (results === 'arrays') return {}
  const logits = await LogitsOnDevice.create(sessions, graph.logitsType, graph.vocabularySize)
  if (results === 'new') return { logits }
  return { logits, memory: await DeviceMemory.create(sessions, graph) }
}
