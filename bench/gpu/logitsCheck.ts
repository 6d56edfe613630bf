// Compares the logits of a graph on a device with those of the 4-bit graph on the CPU.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { indexOfLargest } from '../../src/core/selection/extremes'
import { describeGraph, type GraphConfig } from '../../src/engine/generation/graph'
import { ReturnedCache } from '../../src/engine/generation/returnedCache'
import { readModelConfig } from '../../src/engine/models/modelConfig'
import { loadSession } from '../../src/engine/models/session'
import type { Device } from '../../src/shared/domain'

const LENGTHS = [4, 9, 14, 19, 24, 29]
const never = new AbortController().signal
/** Ids of frequent tokens, in an arbitrary but fixed order. */
const tokens = Array.from({ length: 32 }, (_, i) => 200 + ((i * 7919) % 4000))

interface Compared {
  /** Mean Kullback-Leibler divergence from the reference, in nats. */
  divergence: number
  /** Largest difference of a logit. */
  largest: number
  /** Prefixes with the same most likely token. */
  sameToken: number
  of: number
}

export async function logitsCheck(
  model: { folder: string; graph: string },
  device: Device,
  reference: string,
): Promise<Compared | { written: string }> {
  const config = (await readModelConfig(model.folder)) as GraphConfig
  const session = await loadSession(model, device, 0)
  const graph = describeGraph(session, config, model.folder)
  const rows: Float32Array[] = []
  for (const length of LENGTHS) {
    const cache = new ReturnedCache(graph, { maxRows: 2, bytes: Infinity }, { ragged: false })
    const prompt = await cache.prefill(tokens.slice(0, length), never)
    rows.push(prompt.logits)
    cache.release(prompt)
    cache.clear()
  }
  await session.release()
  if (!existsSync(reference)) {
    writeFileSync(reference, Buffer.concat(rows.map((row) => Buffer.from(row.slice().buffer))))
    return { written: reference }
  }
  const bytes = readFileSync(reference)
  const size = graph.vocabularySize
  const expected = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  )
  const pairs = rows.map((row, i) => [expected.subarray(i * size, (i + 1) * size), row] as const)
  return {
    divergence: pairs.reduce((sum, [p, q]) => sum + divergence(p, q), 0) / pairs.length,
    largest: Math.max(
      ...pairs.map(([p, q]) =>
        p.reduce((most, value, i) => Math.max(most, Math.abs(value - q[i]!)), 0),
      ),
    ),
    sameToken: pairs.filter(([p, q]) => indexOfLargest(p) === indexOfLargest(q)).length,
    of: pairs.length,
  }
}

function divergence(p: Float32Array, q: Float32Array): number {
  const [ofP, ofQ] = [logProbabilities(p), logProbabilities(q)]
  return ofP.reduce((sum, value, i) => sum + Math.exp(value) * (value - ofQ[i]!), 0)
}

function logProbabilities(row: Float32Array): Float64Array {
  const maximum = row.reduce((a, b) => Math.max(a, b))
  const sum = row.reduce((total, value) => total + Math.exp(value - maximum), 0)
  return Float64Array.from(row, (value) => value - maximum - Math.log(sum))
}
