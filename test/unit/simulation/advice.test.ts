// The sentence of advice that ends a simulation.
import { expect, it } from 'vitest'
import { adviceOf, describeRule, signedPoints } from '../../../src/core/simulation/advice'
import type { BaselineFigures, RuleFigures, SimulationReport } from '../../../src/shared/simulation'

const figures = (rule: string, budget: number, gain: number, reach: number): RuleFigures => ({
  rule,
  lambda: rule === 'aepo' ? 0.5 : null,
  n: 8,
  k: 2,
  budget,
  labels: budget,
  accuracy: 0.7 + gain,
  gain,
  low: gain - reach,
  high: gain + reach,
  bestOfN: 0,
  bestOfNGain: 0,
  bestOfNLow: 0,
  bestOfNHigh: 0,
  decisive: 1,
  nearTies: 0,
  coverage: 1,
})
const baselines: BaselineFigures[] = [
  { baseline: 'longest', accuracy: 0.6, low: 0.55, high: 0.65, bestOfN: 0 },
]
const pool: SimulationReport['pool'] = {
  prompts: 200,
  responses: 1000,
  heldOut: 50,
  seeds: 20,
  degenerate: 0,
  kinds: [],
  guard: true,
  embedder: 'builtin:all-MiniLM-L6-v2',
}
const random = [50, 100].map((budget) => figures('random', budget, 0, 0))

it('names the rule that gains most over all budgets, where that is sure, and no oracle', () => {
  const rules = [
    ...random,
    figures('aepo', 50, 0.03, 0.04),
    figures('aepo', 100, 0.02, 0.01),
    figures('farthest', 50, 0.02, 0.01),
    figures('farthest', 100, -0.01, 0.01),
    figures('oracle-best-worst', 50, 0.1, 0.01),
  ]
  expect(adviceOf({ rules, baselines, pool })).toBe(
    'Use aepo λ=0.5, N=8, k=2: with 100 labels it gains +2.0 points of accuracy over random selection (95 % interval +0.7 to +3.3, widened for the best of 4 gains).',
  )
})

it('says that no rule is surely better', () => {
  const rules = [...random, figures('aepo', 50, 0.01, 0.03), figures('aepo', 100, 0.005, 0.03)]
  expect(adviceOf({ rules, baselines, pool })).toBe(
    'No rule is surely better than random selection here; the best, aepo λ=0.5, N=8, k=2, gains +1.0 points with 50 labels (95 % interval −2.5 to +4.5, widened for the best of 2 gains).',
  )
})

it('tells the labels that the pools gave, which may be fewer than the budget', () => {
  const rules = [...random, { ...figures('aepo', 100, 0.05, 0.01), labels: 82.4 }]
  expect(adviceOf({ rules, baselines, pool })).toMatch(/: with 82 labels it gains /)
})

it('does not recommend the one gain of many that excludes 0 by chance', () => {
  const lambdas = Array.from({ length: 9 }, (_, place) => 0.1 * (place + 1))
  const rules = lambdas.flatMap((lambda) =>
    [50, 100].map((budget) => ({ ...figures('aepo', budget, -0.005, 0.012), lambda })),
  )
  const lucky = [figures('k-dpp', 50, 0.007, 0.012), figures('k-dpp', 100, 0.014, 0.012)]
  expect(adviceOf({ rules: [...random, ...rules, ...lucky], baselines, pool })).toBe(
    'No rule is surely better than random selection here; the best, k-dpp, N=8, k=2, gains +1.4 points with 100 labels (95 % interval −0.6 to +3.4, widened for the best of 20 gains).',
  )
  expect(adviceOf({ rules: [...random, ...lucky.slice(1)], baselines, pool })).toBe(
    'Use k-dpp, N=8, k=2: with 100 labels it gains +1.4 points of accuracy over random selection (95 % interval +0.2 to +2.6).',
  )
})

it('says that nothing can be told where labels teach less than length', () => {
  const [longest] = baselines
  const advice = adviceOf({
    rules: [...random, figures('aepo', 50, 0.03, 0.01)],
    baselines: longest ? [{ ...longest, accuracy: 0.8 }] : [],
    pool,
  })
  expect(advice).toContain('No rule can be told from another: the reward model reaches 73.0 %')
  expect(advice).toContain('preferring the longest response reaches 80.0 % without labels')
})

it('has a sentence for random selection alone', () => {
  expect(adviceOf({ rules: random, baselines, pool })).toBe('Only random selection was simulated.')
})

it('writes rules and points', () => {
  expect(describeRule(figures('k-dpp', 50, 0, 0))).toBe('k-dpp, N=8, k=2')
  expect([signedPoints(0.0123), signedPoints(-0.02), signedPoints(0)]).toEqual([
    '+1.2',
    '−2.0',
    '+0.0',
  ])
})
