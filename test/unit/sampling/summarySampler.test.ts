// Draws from summaries and some blocks of rows: the tokens of the whole rows, whatever the rounding
// of the sums within its bound.
import { describe, expect, it } from 'vitest'
import { expOfNegative } from '../../../src/core/sampling/exponential'
import { type LogitsSummary, SUM_ERROR } from '../../../src/core/sampling/logitsSummary'
import { type DrawPlan, SummarySampler } from '../../../src/core/sampling/summarySampler'
import { type DistributionSettings, TokenSampler } from '../../../src/core/sampling/tokenSampler'
import { BLOCK } from '../../../src/core/sampling/vocabularyScan'

const NOTHING_SEEN = new Set<number>()
const plain: DistributionSettings = {
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
}
const SETTINGS: Partial<DistributionSettings>[] = [
  {},
  { temperature: 0 },
  { temperature: 0.7 },
  { temperature: 1.6 },
  { topP: 0.9 },
  { temperature: 0.6, topP: 0.95 },
  { topP: 0.5, minP: 0.02 },
  { minP: 0.1 },
  { temperature: 1.3, minP: 0.05 },
  { topK: 1 },
  { topK: 40 },
  { topK: 40, topP: 0.8, minP: 0.01 },
  { topK: 100_000, topP: 0.9 },
]

/** Deterministic numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

/** Logits with a few large values; `spread` is their standard deviation, roughly. */
function logitsOf(vocabulary: number, spread: number, seed: number): Float32Array {
  const next = numbers(seed)
  return Float32Array.from(
    { length: vocabulary },
    () => spread * (next() + next() + next() + next() - 2) * (1 + 2 * next() ** 8),
  )
}

/** A summary whose sums have errors of both signs, as large as they may be. */
function summaryOf(logits: Float32Array, temperature: number, seed: number): LogitsSummary {
  const next = numbers(seed)
  const rounded = (sum: number): number => sum * (1 + SUM_ERROR * 0.99 * (next() < 0.5 ? -1 : 1))
  const inverse = temperature === 0 ? 1 : 1 / temperature
  const maximum = logits.reduce((a, b) => Math.max(a, b))
  const blocks = Array.from({ length: Math.ceil(logits.length / BLOCK) }, (_, block) =>
    logits.subarray(block * BLOCK, (block + 1) * BLOCK),
  )
  const sumOf = (values: Float32Array, scale: number): number =>
    values.reduce((sum, logit) => sum + expOfNegative((logit - maximum) * scale), 0)
  return {
    maxima: Float32Array.from(blocks, (block) => block.reduce((a, b) => Math.max(a, b))),
    roots: Float32Array.from(blocks, (block) => rounded(sumOf(block, inverse / 2))),
    sums: Float32Array.from(blocks, (block) => rounded(sumOf(block, inverse))),
    total: rounded(sumOf(logits, 1)),
  }
}

/** The row with the blocks at their places and numbers elsewhere that must not be read. */
function partly(logits: Float32Array, blocks: readonly number[]): Float32Array {
  const row = new Float32Array(logits.length).fill(1e9)
  for (const block of blocks)
    row.set(logits.subarray(block * BLOCK, (block + 1) * BLOCK), block * BLOCK)
  return row
}

describe('SummarySampler', () => {
  it.each([
    [309, 2],
    [309, 8],
    [49_152, 0.1],
    [49_152, 2],
    [49_152, 5],
    [50_257, 3],
  ])('draws the tokens of whole rows of %i logits with spread %d', (vocabulary, spread) => {
    const whole = new TokenSampler(vocabulary)
    const sampler = new SummarySampler(vocabulary)
    let drawn = 0
    for (let row = 0; row < (vocabulary > 1000 ? 2 : 12); row++) {
      const logits = logitsOf(vocabulary, spread, row + 1)
      for (const some of SETTINGS) {
        const settings = { ...plain, ...some }
        const summary = summaryOf(logits, settings.temperature, row)
        for (let position = 0; position < 5; position++) {
          const plan = sampler.plan(summary, settings, row, position)
          if (!plan) continue
          const known = partly(logits, plan.blocks)
          const draw = sampler.draw(known, summary, plan, settings, row, position)
          if (!draw) continue
          drawn++
          const expected = whole.draw(logits, settings, row, position, NOTHING_SEEN)
          expect([draw.token, settings]).toEqual([expected.token, settings])
          expect(Math.abs(draw.logprob - expected.logprob)).toBeLessThan(2 * SUM_ERROR)
        }
      }
    }
    expect(drawn).toBeGreaterThan(50)
  })

  it('needs few blocks of a peaked row, and decides most draws', () => {
    const sampler = new SummarySampler(49_152)
    const logits = logitsOf(49_152, 5, 3)
    const settings = { ...plain, minP: 0.1 }
    const summary = summaryOf(logits, 1, 3)
    const blocks = sampler.plan(summary, settings, 1, 0)?.blocks ?? []
    expect(blocks.length).toBeGreaterThan(0)
    expect(blocks.length).toBeLessThan(40)
    const open = Array.from({ length: 200 }, (_, seed) => {
      const plan = sampler.plan(summary, plain, seed, 0)
      return plan && sampler.draw(partly(logits, plan.blocks), summary, plan, plain, seed, 0)
    }).filter((draw) => !draw)
    expect(open.length).toBeLessThan(20)
  })

  it('asks for the whole row with a penalty, and without finite logits', () => {
    const sampler = new SummarySampler(309)
    const logits = logitsOf(309, 3, 1)
    const summary = summaryOf(logits, 1, 1)
    const planFor = (
      of: Partial<LogitsSummary>,
      settings: Partial<DistributionSettings> = {},
    ): DrawPlan | undefined =>
      sampler.plan({ ...summary, ...of }, { ...plain, topK: 1, ...settings }, 1, 0)
    expect(planFor({})).toBeDefined()
    expect(planFor({}, { repetitionPenalty: 1.1 })).toBeUndefined()
    expect(planFor({ total: NaN })).toBeUndefined()
    expect(planFor({ sums: Float32Array.of(1, NaN, 0) })).toBeUndefined()
    expect(planFor({ maxima: Float32Array.of(1, -Infinity, 0) })).toBeUndefined()
  })
})
