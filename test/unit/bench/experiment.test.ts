// The parts of the experiment that need no model: its arms, its judge and its figures.
import { describe, expect, it } from 'vitest'
import { armsOf, cellsOf, type Design, splitPrompts } from '../../../bench/experiment/design'
import { compare, intervalOver, type Scored } from '../../../bench/experiment/figures'
import { judgeAccuracy, judgedScore } from '../../../bench/experiment/judge'

const design: Design = {
  rules: ['random', 'aepo', 'farthest'],
  sizes: [8, 32],
  budgets: [60, 120],
  seeds: 2,
  responses: 1,
  maxNewTokens: 16,
}

describe('the design', () => {
  it('varies the pool size for AEPO alone', () => {
    expect(armsOf(design).filter(({ labels }) => labels === 60)).toEqual([
      { rule: 'random', n: 8, labels: 60 },
      { rule: 'aepo', n: 8, labels: 60 },
      { rule: 'aepo', n: 32, labels: 60 },
      { rule: 'farthest', n: 32, labels: 60 },
    ])
    expect(cellsOf(design).map(({ seed }) => seed)).toEqual([
      ...Array<number>(8).fill(1),
      ...Array<number>(8).fill(2),
    ])
  })

  it('splits prompts by hash: the order of the file moves none', () => {
    const prompts = Array.from({ length: 20 }, (_, i) => [
      { role: 'user' as const, content: `Prompt ${i}` },
    ])
    const { train, heldOut } = splitPrompts(prompts)
    expect([train.length, heldOut.length]).toEqual([14, 6])
    expect(splitPrompts(prompts.toReversed())).toEqual({ train, heldOut })
  })
})

describe('the judge', () => {
  const pool = { vectors: Float32Array.of(1, 0, 0, 1), scores: [0.9, 0.1] }

  it('gives a response the scores of those that it is similar to', () => {
    expect(judgedScore(pool, Float32Array.of(1, 0))).toBeCloseTo(0.9)
    expect(judgedScore(pool, Float32Array.of(Math.SQRT1_2, Math.SQRT1_2))).toBeCloseTo(0.5)
    expect(judgedScore(pool, Float32Array.of(1, 0), 0)).toBeCloseTo(0.1)
  })

  it('is measured on responses that it does not see', () => {
    const near = [1, 0, 0.995, 0.0999, 0, 1, 0.0999, 0.995]
    const told = { vectors: Float32Array.from(near), scores: [0.9, 0.8, 0.1, 0.2] }
    // Each of two neighbours is scored by the other: the order within them is wrong.
    expect(judgeAccuracy([told], 2)).toBeCloseTo(4 / 6)
  })
})

describe('the figures', () => {
  const scored = (promptId: string, score: number): Scored => ({
    promptId,
    score,
    text: 'x'.repeat(10),
    finishReason: 'stop',
    tokenCount: 3,
  })

  it('count a tie half, and every pair of responses', () => {
    const trained = [scored('a', 1), scored('a', 0), scored('b', 2)]
    const base = [scored('a', 0), scored('b', 3)]
    const { winRate, lengthRatio, cutOff } = compare(['a', 'b'], trained, base)
    expect(winRate).toEqual([0.75, 0])
    expect([lengthRatio, cutOff]).toEqual([1, 0])
  })

  it('have an interval for the prompts where there is one seed', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.4 : 0.6))
    const { mean, low, high } = intervalOver([values])
    expect(mean).toBeCloseTo(0.5)
    // Student's t of 39 degrees: 2.0227 · 0.10127 / √40
    expect([low, high]).toEqual([expect.closeTo(0.4676, 4), expect.closeTo(0.5324, 4)])
  })
})
