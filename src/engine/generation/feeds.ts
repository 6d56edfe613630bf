// What a causal graph is fed beside its cache.
import { Tensor } from 'onnxruntime-node'
import type { Feeds } from '../runtime/sessions'
import type { CausalGraph } from './graph'

export const int64 = (values: readonly number[]): BigInt64Array =>
  BigInt64Array.from(values, BigInt)

/** The inputs beside the cache, each row-major with `rows` rows. */
export function inputFeeds(
  graph: CausalGraph,
  ids: BigInt64Array,
  mask: BigInt64Array,
  positions: BigInt64Array,
  rows: number,
): Feeds {
  const matrix = (values: BigInt64Array): Tensor =>
    new Tensor('int64', values, [rows, values.length / rows])
  const feeds: Feeds = { input_ids: matrix(ids), attention_mask: matrix(mask) }
  if (graph.takesPositions) feeds['position_ids'] = matrix(positions)
  if (graph.logitsToKeep) feeds[graph.logitsToKeep] = new Tensor('int64', BigInt64Array.of(1n), [])
  return feeds
}
