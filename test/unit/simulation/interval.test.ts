// The intervals of a simulation: their coverage on synthetic data of known gain.
import { describe, expect, it } from 'vitest'
import {
  intervalOf,
  intervalOfMean,
  tQuantile,
  widening,
} from '../../../src/core/simulation/interval'
import { ruleFigures } from '../../../src/core/simulation/report'
import type { SimulationSettings } from '../../../src/core/simulation/settings'
import { simulateSplit } from '../../../src/core/simulation/split'
import type { RuleFigures } from '../../../src/shared/simulation'
import { syntheticData } from './synthetic'

describe('tQuantile', () => {
  it.each([
    [5, 2.571],
    [9, 2.262],
    [19, 2.093],
    [99, 1.984],
    [1e6, 1.96],
  ])('of %d degrees of freedom is %d', (degrees, expected) => {
    expect(Math.abs(tQuantile(degrees) - expected)).toBeLessThan(0.005)
  })
})

describe('widening', () => {
  // t(1 − 0.025/m, degrees) / t(0.975, degrees)
  it.each([
    [1, 11, 1],
    [9, 11, 1.5615],
    [40, 19, 1.8087],
    [10, 1e6, 1.4322],
  ])('of %d intervals with %d degrees of freedom is %d', (intervals, degrees, expected) => {
    expect(Math.abs(widening(intervals, degrees) - expected)).toBeLessThan(0.001)
  })
})

describe('intervalOfMean', () => {
  it('is that of Student', () => {
    const { mean, low, high } = intervalOfMean([1, 2, 3, 4, 5])
    expect(mean).toBe(3)
    // s = √2.5, t = 2.776
    expect(high - low).toBeCloseTo((2 * 2.776 * Math.sqrt(2.5)) / Math.sqrt(5), 1)
  })
})

describe('intervalOf', () => {
  it('leaves out prompts without a value, and knows no interval of one random split', () => {
    const splits = [
      { heldOut: [0, 1], values: [0.5, NaN] },
      { heldOut: [1, 2], values: [NaN, 0.7] },
    ]
    expect(intervalOf(splits, 3).mean).toBeCloseTo(0.6, 12)
    expect(intervalOf(splits.slice(0, 1), 3).low).toBeNaN()
  })

  it('is no narrower than that of the prompts, however many random splits there are', () => {
    const splits = Array.from({ length: 1000 }, (_, j) => ({
      heldOut: [j % 5, (j + 1) % 5],
      values: [j % 5, (j + 1) % 5],
    }))
    const { low, high } = intervalOf(splits, 5)
    const ofPrompts = intervalOfMean([0, 1, 2, 3, 4])
    expect(high - low).toBeGreaterThanOrEqual(ofPrompts.high - ofPrompts.low)
  })
})

describe('coverage', () => {
  const SHAPE = { prompts: 40, responses: 6, dim: 5, noise: 0.7 }
  const settings: SimulationSettings = {
    rules: [
      { rule: 'random', lambda: 0, n: 4, k: 2 },
      { rule: 'oracle-best-worst', lambda: 0, n: 4, k: 2 },
    ],
    budgets: [8, 30],
    degenerate: 0,
    kinds: [],
    priorVariance: 3,
  }
  const RE_SPLITS = 12
  const gains = (seed: number): RuleFigures[] => {
    const data = syntheticData(SHAPE, seed)
    const splits = Array.from({ length: RE_SPLITS }, (_, j) =>
      simulateSplit(data, settings, 1000 * seed + j),
    )
    return ruleFigures(data, settings, splits).filter(({ rule }) => rule !== 'random')
  }

  it('of the 95 % interval over 200 draws is between 90 and 98 %', () => {
    // The known gain: the mean over many other draws, each an unbiased estimate of it.
    const known = settings.budgets.map(() => 0)
    const others = 200
    for (let seed = 1; seed <= others; seed++)
      gains(100_000 + seed).forEach(({ gain }, b) => (known[b] = (known[b] ?? 0) + gain / others))
    const covered = settings.budgets.map(() => 0)
    for (let seed = 1; seed <= 200; seed++)
      gains(seed).forEach(({ low, high }, b) => {
        const gain = known[b] ?? NaN
        if (low <= gain && gain <= high) covered[b] = (covered[b] ?? 0) + 1
      })
    expect(known.every((gain) => gain > 0.003)).toBe(true)
    for (const count of covered) {
      expect(count / 200).toBeGreaterThanOrEqual(0.9)
      expect(count / 200).toBeLessThanOrEqual(0.98)
    }
  })
})
