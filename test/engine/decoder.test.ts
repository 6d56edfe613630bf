// The cache that is chosen for a graph on the CPU: in place if the graph supports it and a row's
// tokens do not depend on the other rows.
import { describe, expect, it } from 'vitest'
import { loadDecoder } from '../../src/engine/generation/decoder'
import type { GraphConfig } from '../../src/engine/generation/graph'
import { TINY } from './support/models'

async function cacheOf(config: GraphConfig): Promise<string | undefined> {
  const messages: string[] = []
  const { dispose } = await loadDecoder(
    { folder: TINY, graph: 'onnx/model_q4.onnx' },
    config,
    'cpu',
    { kvCacheBytes: 1e9, threads: 0 },
    (_, message) => messages.push(message),
  )
  await dispose()
  return messages.find((message) => message.startsWith('The cache'))
}

describe('loadDecoder', () => {
  it.each([
    [{}, 'The cache is extended in place.'],
    [{ rope_scaling: { type: 'linear' } }, 'The cache is extended in place.'],
    [{ rope_scaling: { type: 'longrope' } }, 'The cache is in new tensors (cpu).'],
    [
      { rope_scaling: null, rope_parameters: { rope_type: 'longrope' } },
      'The cache is in new tensors (cpu).',
    ],
  ])('chooses the cache of a model with %j', async (config, expected) => {
    expect(await cacheOf(config)).toBe(expected)
  })
})
