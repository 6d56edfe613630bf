// Finds out by short runs how a graph can be driven, since no graph says so.
import type { InferenceSession } from 'onnxruntime-node'
import type { CausalGraph } from './graph'
import { InPlaceCache } from './inPlaceCache'
import { ReturnedCache } from './returnedCache'

const TOKENS = [1, 2, 3, 4]
/**
 * Relative to the largest logit: above what orders of summation differ by, far below what a wrong
 * cache gives.
 */
const TOLERANCE = 0.1
const FEW_ROWS = { maxRows: 3, bytes: Infinity }
const never = new AbortController().signal

/**
 * Whether `graph` reads and extends one cache in place on the CPU. Throws when it does not run at
 * all.
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
 * Whether rows of different lengths may share a batch of `graph` in a cache that is returned: each
 * has the logits that it has alone, in a cache that is wider than any of them. Throws when the
 * graph does not run at all.
 */
export async function keepsRowsApart(
  graph: CausalGraph,
  joinRows: InferenceSession,
): Promise<boolean> {
  const rows = [TOKENS, TOKENS.toReversed(), TOKENS.slice(1)]
  const alone = []
  for (const tokens of rows) alone.push((await computed(graph, tokens)).logits)
  const cache = new ReturnedCache(graph, FEW_ROWS, { joinRows, ragged: true })
  try {
    for (const tokens of rows) {
      const prompt = await cache.prefill(tokens.slice(0, -2), never)
      await cache.admit(prompt, 1, TOKENS.length)
      cache.release(prompt)
    }
    let logits: Float32Array = new Float32Array(0)
    for (const place of [-2, -1])
      logits = await cache.step(Int32Array.from(rows, (tokens) => tokens.at(place) ?? 0))
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
 * Where the graph leaves its cache: `cpu`, or `gpu-buffer`. Throws when the graph does not run or
 * computes nonsense.
 */
export async function placeOfCache(graph: CausalGraph): Promise<string> {
  const { logits, place } = await computed(graph)
  if (!logits.every(Number.isFinite))
    throw new Error('The model computes values that are not numbers.')
  return place
}

/** A few tokens computed at once, by the plain use of the graph. */
async function computed(
  graph: CausalGraph,
  tokens = TOKENS,
): Promise<{ logits: Float32Array; place: string }> {
  const cache = new ReturnedCache(graph, FEW_ROWS, { ragged: false })
  const prompt = await cache.prefill(tokens, never)
  const place = prompt.tensors[0]?.location ?? 'nowhere'
  cache.release(prompt)
  return { logits: prompt.logits, place }
}

function close(actual: Float32Array, expected: Float32Array): boolean {
  const scale = expected.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0)
  return (
    actual.length === expected.length &&
    actual.every((logit, i) => Math.abs(logit - (expected[i] ?? 0)) <= TOLERANCE * scale)
  )
}
