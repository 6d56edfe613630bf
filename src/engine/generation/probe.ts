// Short trial runs that show which kind of cache a graph supports; its metadata does not say.
import type { InferenceSession } from 'onnxruntime-node'
import type { CausalGraph } from './graph'
import { InPlaceCache } from './inPlaceCache'
import { ReturnedCache } from './returnedCache'
import type { Places } from './places'

const TOKENS = [1, 2, 3, 4]
/**
 * Relative to the largest logit: larger than the effect of another order of summation, far smaller
 * than that of a wrong cache.
 */
const TOLERANCE = 0.1
const FEW_ROWS = { maxRows: 3, bytes: Infinity }
const never = new AbortController().signal

/**
 * Whether `graph` reads and extends a cache in place on the CPU. Throws if the graph does not run
 * at all.
 */
export async function extendsInPlace(graph: CausalGraph): Promise<boolean> {
  const { logits: expected } = await computed(graph)
  const cache = new InPlaceCache(graph, FEW_ROWS)
  try {
    const prompt = await cache.prefill(TOKENS.slice(0, -1), never)
    await cache.admit(prompt, 1, TOKENS.length)
    return close(await cache.step(Int32Array.from(TOKENS.slice(-1))), expected)
  } catch {
    return false
  } finally {
    cache.clear()
  }
}

/**
 * Whether rows of different lengths can share a batch in a {@link ReturnedCache}: in a cache wider
 * than any of them, each row has the same logits as alone. Throws if the graph does not run at all.
 */
export async function keepsRowsApart(
  graph: CausalGraph,
  joinRows: InferenceSession,
  places: Places = {},
): Promise<boolean> {
  const rows = [TOKENS, TOKENS.toReversed(), TOKENS.slice(1)]
  const alone = []
  for (const tokens of rows) alone.push((await computed(graph, tokens, places)).logits)
  const cache = new ReturnedCache(graph, FEW_ROWS, { joinRows, ragged: true, ...places })
  try {
    for (const tokens of rows) {
      const prompt = await cache.prefill(tokens.slice(0, -2), never)
      await cache.admit(prompt, 1, TOKENS.length)
      cache.release(prompt)
    }
    let logits: Float32Array = new Float32Array(0)
    for (const index of [-2, -1])
      logits = await cache.step(Int32Array.from(rows, (tokens) => tokens.at(index)!))
    return alone.every((expected, row) =>
      close(logits.subarray(row * expected.length, (row + 1) * expected.length), expected),
    )
  } catch {
    return false
  } finally {
    cache.clear()
  }
}

/**
 * The memory that the graph returns its cache in: `cpu` or `gpu-buffer`. Throws if the graph does
 * not run or its logits are not finite.
 */
export async function cacheLocation(graph: CausalGraph, places: Places = {}): Promise<string> {
  const { logits, location } = await computed(graph, TOKENS, places)
  if (!logits.every(Number.isFinite))
    throw new Error('The model computes values that are not numbers.')
  return location
}

/** Computes a few tokens at once, without a cache before them. */
async function computed(
  graph: CausalGraph,
  tokens = TOKENS,
  places: Places = {},
): Promise<{ logits: Float32Array; location: string }> {
  const cache = new ReturnedCache(graph, FEW_ROWS, { ragged: true, ...places })
  const prompt = await cache.prefill(tokens, never)
  const { location } = prompt.tensors[0]!
  cache.release(prompt)
  return { logits: prompt.logits, location }
}

function close(actual: Float32Array, expected: Float32Array): boolean {
  const scale = expected.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0)
  return (
    actual.length === expected.length &&
    actual.every((logit, i) => Math.abs(logit - expected[i]!) <= TOLERANCE * scale)
  )
}
