// All kinds of key/value cache: equal logits, whatever the order in which rows start and end.
import { describe, expect, it } from 'vitest'
import type { KvCache, Prefilled } from '../../src/engine/generation/kvCache'
import { decoded, fed, largestDifference, tokensOf } from './support/decoding'
import { never } from './support/models'
import {
  ALL_CACHES,
  graph,
  inPlace,
  RAGGED_CACHES,
  RETURNED_CACHES,
  useTinyGraph,
} from './support/tinyGraph'

useTinyGraph()

describe('all caches', () => {
  it.each(RETURNED_CACHES)(
    'compute the same logits, for prompts of one chunk and of several: %s',
    async (_, make) => {
      for (const length of [1, 40, 300]) {
        expect(
          largestDifference(
            await decoded(make(), tokensOf(length, 1), 5, 70),
            await decoded(inPlace(), tokensOf(length, 1), 5, 70),
          ),
        ).toBeLessThan(1e-4)
      }
    },
  )

  it.each(ALL_CACHES)(
    'compute the same bits for a row while other rows are dropped: %s',
    async (_, make) => {
      expect(await keptBits(make(), make())).toBe(0)
    },
  )

  it.each(RAGGED_CACHES)(
    'hold rows of prompts of any length in one batch, and move rows as buffers grow: %s',
    async (_, make) => {
      const alone = await Promise.all(
        [5, 130, 64].map((length) => decoded(make(), tokensOf(length, 3), 1, 5)),
      )
      const cache = make()
      const seen: Float32Array[][] = [[], [], []]
      const rows: { prompt: number; step: number }[] = []
      for (let step = 0; step < 7; step++) {
        if (step < 3) {
          const length = [5, 130, 64][step] ?? 0
          const prompt = await cache.prefill(tokensOf(length, 3), never)
          seen[step]?.push(prompt.logits.slice())
          await cache.admit(prompt, 1, length + 5)
          rows.push({ prompt: step, step: 0 })
        }
        const logits = await cache.step(Int32Array.from(rows, (row) => fed(0, row.step)))
        rows.forEach((row, i) => {
          if (row.step++ < 5)
            seen[row.prompt]?.push(
              logits.slice(i * graph.vocabularySize, (i + 1) * graph.vocabularySize),
            )
        })
        for (let i = rows.length - 1; i >= 0; i--) {
          if ((rows[i]?.step ?? 0) < 5) continue
          const last = rows.pop()
          if (last && i < rows.length) rows[i] = last
          cache.drop(i)
        }
      }
      seen.forEach((logits, i) => expect(largestDifference(logits, alone[i] ?? [])).toBe(0))
    },
  )
})

/**
 * The largest difference between the logits of the last of four rows while a row is dropped after
 * each step, and those of the same row alone in another cache.
 */
async function keptBits<P extends Prefilled>(
  cache: KvCache<P>,
  other: KvCache<P>,
): Promise<number> {
  const alone = await decoded(other, tokensOf(20, 2), 1, 4)
  const prompt = await cache.prefill(tokensOf(20, 2), never)
  await cache.admit(prompt, 4, 30)
  const seen = [prompt.logits.slice()]
  for (let step = 0; step < 4; step++) {
    const index = step === 0 ? 3 : 0
    const logits = await cache.step(
      new Int32Array(cache.rows).fill(7).fill(fed(0, step), index, index + 1),
    )
    seen.push(logits.slice(index * graph.vocabularySize, (index + 1) * graph.vocabularySize))
    // the first drop moves the last row to the front; later drops remove rows after it
    if (step < 3) cache.drop(step === 0 ? 0 : 1)
  }
  return largestDifference(seen, alone)
}
