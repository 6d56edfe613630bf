// Finds out by two short runs how a graph can be driven, since no graph says so.
import type { CausalGraph } from './graph'
import { InPlaceCache } from './inPlaceCache'
import { ReturnedCache } from './returnedCache'

const TOKENS = [1, 2, 3, 4]
/** Relative to the largest logit: above what orders of summation differ by, far below what a wrong cache gives. */
const TOLERANCE = 0.1
const never = new AbortController().signal

/** Whether `graph` reads and extends one cache in place on the CPU. Throws when it does not run at all. */
export async function extendsInPlace(graph: CausalGraph): Promise<boolean> {
  const { logits: expected } = await computed(graph)
  const cache = new InPlaceCache(graph, { maxRows: 2, bytes: Infinity })
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

/** Where the graph leaves its cache: `cpu`, or `gpu-buffer`. Throws when the graph does not run or computes nonsense. */
export async function placeOfCache(graph: CausalGraph): Promise<string> {
  const { logits, place } = await computed(graph)
  if (!logits.every(Number.isFinite)) throw new Error('The model computes values that are not numbers.')
  return place
}

/** A few tokens computed at once, by the plain use of the graph. */
async function computed(graph: CausalGraph): Promise<{ logits: Float32Array; place: string }> {
  const cache = new ReturnedCache(graph, undefined, { maxRows: 1, bytes: Infinity })
  const prompt = await cache.prefill(TOKENS, never)
  const place = prompt.tensors[0]?.location ?? 'nowhere'
  cache.release(prompt)
  return { logits: prompt.logits, place }
}

function close(actual: Float32Array, expected: Float32Array): boolean {
  const scale = expected.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0)
  return actual.length === expected.length && actual.every((logit, i) => Math.abs(logit - (expected[i] ?? 0)) <= TOLERANCE * scale)
}
