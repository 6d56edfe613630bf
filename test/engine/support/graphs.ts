// Models of a few nodes: a causal language model, in any float type, whose logits show which tokens
// a row holds; and one that scores.
import { FLOAT, INT64, modelBytes, type GraphValue } from '../../../src/engine/runtime/smallGraphs'
import type { GraphConfig } from '../../../src/engine/generation/graph'

export const SUMMING: GraphConfig = { vocab_size: 2, head_dim: 1, num_key_value_heads: 1 }

/** The token ids of a graph without a cache. */
export const TOKEN_IDS: GraphValue = {
  name: 'input_ids',
  element: INT64,
  dims: ['rows', 'length'],
}

/** ONNX's number for the type of truth values. */
export const BOOL = 9

/**
 * The cache contains the token ids; the two logits are their sum and its negative.
 * @param unread inputs that the graph has beside its own, and does not read.
 */
export function summingGraph(element: number, unread: readonly GraphValue[] = []): Uint8Array {
  const cache = (name: string, tokens: string): GraphValue => ({
    name,
    element,
    dims: ['rows', 'heads', tokens, 'dim'],
  })
  const ids = (name: string, tokens: string): GraphValue => ({
    name,
    element: INT64,
    dims: ['rows', tokens],
  })
  return modelBytes(
    [
      // The shapes of shapes are the constants 2 and 1.
      { operator: 'Shape', inputs: ['input_ids'], output: 'shape' },
      { operator: 'Shape', inputs: ['shape'], output: 'two' },
      { operator: 'Shape', inputs: ['two'], output: 'one' },
      { operator: 'CastLike', inputs: ['input_ids', 'past_key_values.0.key'], output: 'tokens' },
      { operator: 'Unsqueeze', inputs: ['tokens', 'two'], output: 'column' },
      { operator: 'Unsqueeze', inputs: ['column', 'one'], output: 'new' },
      {
        operator: 'Concat',
        inputs: ['past_key_values.0.key', 'new'],
        output: 'present.0.key',
        attributes: { axis: 2 },
      },
      { operator: 'ReduceSum', inputs: ['present.0.key', 'two'], output: 'sums' },
      { operator: 'Squeeze', inputs: ['sums', 'one'], output: 'sum' },
      { operator: 'Neg', inputs: ['sum'], output: 'negative' },
      {
        operator: 'Concat',
        inputs: ['sum', 'negative'],
        output: 'logits',
        attributes: { axis: 2 },
      },
    ],
    [
      ids('input_ids', 'new'),
      ids('attention_mask', 'all'),
      cache('past_key_values.0.key', 'past'),
      ...unread,
    ],
    [
      { name: 'logits', element, dims: ['rows', 'last', 'vocabulary'] },
      cache('present.0.key', 'all'),
    ],
  )
}

/** Scores a text by the largest id of its tokens, once for each output. */
export const scoringGraph = (outputs: number): Uint8Array =>
  modelBytes(
    [
      { operator: 'Cast', inputs: ['input_ids'], output: 'tokens', attributes: { to: FLOAT } },
      { operator: 'ReduceMax', inputs: ['tokens'], output: 'largest', attributes: { axes: [1] } },
      {
        operator: 'Concat',
        inputs: Array<string>(outputs).fill('largest'),
        output: 'logits',
        attributes: { axis: 1 },
      },
    ],
    [TOKEN_IDS],
    [{ name: 'logits', element: FLOAT, dims: ['rows', 'classes'] }],
  )
