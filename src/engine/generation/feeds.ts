// Inputs of a causal graph other than its cache.
import { Tensor } from 'onnxruntime-node'
import type { Feeds } from '../runtime/sessions'
import { CACHE_BRANCH, type CausalGraph } from './graph'

export const int64 = (values: readonly number[]): BigInt64Array =>
  BigInt64Array.from(values, BigInt)

export const ones = (length: number): BigInt64Array => new BigInt64Array(length).fill(1n)

/** The inputs for `rows` rows; each array is row-major. */
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
  if (graph.cacheBranch) feeds[CACHE_BRANCH] = new Tensor('bool', [mask.length > ids.length], [1])
  return feeds
}
