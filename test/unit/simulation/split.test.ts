// A random split: what rules see, equal numbers of labels, and figures by their definitions.
import { describe, expect, it } from 'vitest'
import { drawPool, permutation, splitPrompts } from '../../../src/core/simulation/draws'
import { SimulatedLabelling } from '../../../src/core/simulation/labelling'
import { baselineFigures, ruleFigures } from '../../../src/core/simulation/report'
import type { RuleSettings, SimulationSettings } from '../../../src/core/simulation/settings'
import { accuracyOf, simulateSplit } from '../../../src/core/simulation/split'
import { RULE_IDS } from '../../../src/core/selection/rules'
import { outcomesOf, syntheticData } from './synthetic'

const SHAPE = { prompts: 24, responses: 10, dim: 4, noise: 0.3 }
const data = syntheticData(SHAPE, 1)
const rule = (settings: Partial<RuleSettings>): RuleSettings => ({
  rule: 'random',
  lambda: 0.5,
  n: 5,
  k: 2,
  ...settings,
})
const COMMON = { degenerate: 0, kinds: [], priorVariance: 3 }

describe('draws', () => {
  it('permutes uniformly', () => {
    const counts = new Map<string, number>()
    for (let seed = 0; seed < 2400; seed++) {
      const order = permutation(4, seed).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    // 100 each; six standard deviations
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(60)
  })

  it('holds a quarter of the prompts out', () => {
    const { train, heldOut } = splitPrompts(24, 3)
    expect(heldOut).toHaveLength(6)
    expect([...train, ...heldOut].sort((a, b) => a - b)).toEqual(
      permutation(24, 0).sort((a, b) => a - b),
    )
  })

  it('draws n candidates that were not shown and that the guard keeps', () => {
    const prompt = {
      ...(data.prompts[0] ?? expect.fail()),
      kept: [false, ...Array.from({ length: 9 }, () => true)],
    }
    for (let seed = 0; seed < 50; seed++) {
      const pool = drawPool(prompt, 10, { degenerate: 0, kinds: [] }, seed, new Set([1, 2]))
      expect(pool).toEqual([3, 4, 5, 6, 7, 8, 9])
    }
  })

  it('replaces the wanted share of candidates by degenerate texts', () => {
    const prompt = {
      ...(data.prompts[0] ?? expect.fail()),
      genuine: 8,
    }
    const settings = { degenerate: 0.25, kinds: ['repeated', 'stub'] as const }
    let degenerate = 0
    for (let seed = 0; seed < 2000; seed++)
      degenerate += drawPool(prompt, 1, settings, seed, new Set()).filter((c) => c >= 8).length
    // 500 expected; six standard deviations
    expect(Math.abs(degenerate - 500)).toBeLessThan(120)
  })
})

describe('Labelling', () => {
  const train = [0, 1, 2, 3]

  it('never shows a candidate twice, and ends when pools are used up', () => {
    const labelling = new SimulatedLabelling(
      data,
      { ...rule({ rule: 'aepo' }), ...COMMON },
      train,
      1,
    )
    let labels = 0
    while (labelling.next()) labels++
    // ten responses to a prompt are five pairs
    expect(labels).toBe(20)
  })

  it('prefers the text with the higher score', () => {
    const oracle = { ...rule({ rule: 'oracle-best-worst' }), ...COMMON }
    const label = new SimulatedLabelling(data, oracle, [0], 1).next()
    const { scores, features } = data.prompts[0] ?? expect.fail()
    const difference = label?.observations[0]?.difference ?? expect.fail()
    const pairs = Array.from(scores, (_, a) => Array.from(scores, (_score, b) => [a, b] as const))
      .flat()
      .filter(([a, b]) =>
        difference.every(
          (value, d) =>
            Math.abs(value - ((features[a * 4 + d] ?? 0) - (features[b * 4 + d] ?? 0))) < 1e-12,
        ),
      )
    expect(pairs).toHaveLength(1)
    const [[better, worse] = [0, 0]] = pairs
    expect(scores[better] ?? 0).toBeGreaterThan(scores[worse] ?? 0)
  })

  it('takes k − 1 comparisons from a label of k texts', () => {
    const labelling = new SimulatedLabelling(data, { ...rule({ k: 3 }), ...COMMON }, train, 1)
    expect(labelling.next()?.observations).toHaveLength(2)
  })
})

describe('accuracyOf', () => {
  it('counts decided pairs, equal rewards half', () => {
    const scores = Float64Array.of(3, 2, 2, 1)
    const prompt = {
      genuine: 4,
      features: new Float64Array(),
      similarities: new Float64Array(),
      scores,
      outcomes: outcomesOf(scores),
      kept: [],
    }
    // of six pairs one is a tie; 0–1, 0–2, 0–3 right, 1–3 equal, 2–3 wrong
    expect(accuracyOf(prompt, [9, 4, 3, 4])).toBeCloseTo((3 + 0.5) / 5, 12)
  })
})

describe('simulateSplit', () => {
  const settings: SimulationSettings = {
    rules: RULE_IDS.map((id) => rule({ rule: id })),
    budgets: [10, 40],
    ...COMMON,
  }
  const splits = [1, 2, 3, 4].map((seed) => simulateSplit(data, settings, seed))
  const figures = ruleFigures(data, settings, splits)

  it('gives every rule the same number of labels', () => {
    expect(figures.map(({ labels }) => labels)).toEqual(RULE_IDS.flatMap(() => [10, 40]))
  })

  it('is a function of its seed', () => {
    expect(simulateSplit(data, settings, 1)).toEqual(splits[0])
    expect(simulateSplit(data, settings, 2)).not.toEqual(splits[0])
  })

  it('learns: more labels, more accuracy', () => {
    const meanAt = (budget: number): number => {
      const own = figures.filter((one) => one.budget === budget)
      return own.reduce((sum, { accuracy }) => sum + accuracy, 0) / own.length
    }
    expect(meanAt(10)).toBeGreaterThan(0.6)
    expect(meanAt(40)).toBeGreaterThan(meanAt(10) + 0.02)
  })

  it('compares random selection with itself', () => {
    for (const { gain, low, high } of figures.filter(({ rule: id }) => id === 'random'))
      expect([gain, low, high]).toEqual([0, 0, 0])
  })

  it('gives the gain as difference of accuracies', () => {
    const random = figures.filter(({ rule: id }) => id === 'random')
    for (const one of figures) {
      const base = random.find(({ budget }) => budget === one.budget)
      expect(one.gain).toBeCloseTo(one.accuracy - (base?.accuracy ?? NaN), 9)
      expect(one.low).toBeLessThanOrEqual(one.gain)
      expect(one.high).toBeGreaterThanOrEqual(one.gain)
    }
  })
})

describe('baselineFigures', () => {
  it('orders by length, against it, and by place', () => {
    const lengths = data.prompts.map(({ scores }) => Array.from(scores, (score) => 100 + score))
    const [longest, shortest, first] = baselineFigures(data, lengths)
    // the lengths follow the scores
    expect(longest).toMatchObject({ baseline: 'longest', accuracy: 1 })
    expect(shortest).toMatchObject({ baseline: 'shortest', accuracy: 0 })
    expect(first?.low ?? 1).toBeLessThan(0.5)
    expect(first?.high ?? 0).toBeGreaterThan(0.5)
  })
})
