// The learning curve of an annotator whose labels are known to be linear, or to be noise.
import { describe, expect, it } from 'vitest'
import { learningCurve } from '../../../src/core/labelAnalysis/learningCurve'
import { learningSentences } from '../../../src/core/labelAnalysis/text'
import type { LearningCurve } from '../../../src/shared/labelAnalysis'
import { dot } from '../../../src/core/selection/posterior'
import { RewardModel } from '../../../src/core/selection/rewardModel'
import type { JudgedLabel } from '../../../src/core/labelAnalysis/learningCurve'
import { type LabelShape, randomLabels } from './support'

const MODEL = { priorVariance: 3 }

function curveOf(labels: readonly JudgedLabel[], dim: number): LearningCurve {
  const fitted = learningCurve(labels, { ...MODEL, dim })
  if (!fitted) throw new Error('no curve')
  return fitted.curve
}

/** Of a model of the first labels, on others. */
function accuracyOf(labels: readonly JudgedLabel[], others: readonly JudgedLabel[]): number {
  const model = new RewardModel(labels[0]?.differences[0]?.length ?? 0, MODEL.priorVariance)
  for (const { differences } of labels)
    model.add(differences.map((difference) => ({ difference, isDecisive: true })))
  const { weights } = model.fit()
  const right = others.filter(({ differences }) =>
    differences.every((each) => dot(each, weights) > 0),
  )
  return right.length / others.length
}

describe('learningCurve', () => {
  it('rises with the labels of an annotator who can be learnt', () => {
    const { points, longer, beyondLonger } = curveOf(
      randomLabels({ labels: 150, dim: 8, noise: 0.2 }, 1),
      8,
    )
    expect(points.map(({ labels }) => labels)).toEqual([17, 34, 68, 81, 101, 135])
    expect(points.at(-1)?.mean).toBeGreaterThan((points[0]?.mean ?? 1) + 0.05)
    for (const { low, mean, high } of points) {
      expect(low).toBeLessThan(mean)
      expect(high).toBeGreaterThan(mean)
    }
    expect(longer.mean).toBe(0.5)
    expect(beyondLonger.low).toBeGreaterThan(0.2)
  })

  it('has an interval also where every label is predicted', () => {
    const { points } = curveOf(randomLabels({ labels: 60, dim: 1, noise: 0 }, 3), 1)
    const last = points.at(-1)
    expect(last?.mean).toBe(1)
    expect(last?.low).toBeLessThan(0.96)
    expect(last?.low).toBeGreaterThan(0.9)
  })

  it.each([
    ['few labels', { labels: 19, dim: 2, noise: 0 }],
    ['labels of few prompts', { labels: 40, dim: 2, noise: 0, perPrompt: 5 }],
  ] as [string, LabelShape][])('is not there with %s', (_, shape) => {
    expect(learningCurve(randomLabels(shape, 1), { ...MODEL, dim: 2 })).toBeNull()
  })

  it('does not state a forecast with few labels, nor one that is wide', () => {
    expect(curveOf(randomLabels({ labels: 40, dim: 2, noise: 0 }, 1), 2).next.unknown).toBe('few')
    const noise = curveOf(randomLabels({ labels: 60, dim: 8, noise: 100 }, 1), 8)
    expect(noise.next.unknown).toBe('wide')
    expect(noise.next.gain.low).toBeLessThan(0)
    expect(noise.next.gain.high).toBeGreaterThan(0)
  })

  it('forecasts what comes: its interval holds it in 90 % of draws or more', () => {
    const shape = { dim: 20, noise: 0.3 }
    const others = randomLabels({ ...shape, labels: 1000 }, 999)
    let covered = 0
    let error = 0
    const draws = 40
    for (let seed = 1; seed <= draws; seed++) {
      const all = randomLabels({ ...shape, labels: 200 }, seed)
      const { gain } = curveOf(all.slice(0, 100), 20).next
      const came = accuracyOf(all, others) - accuracyOf(all.slice(0, 100), others)
      if (gain.low <= came && came <= gain.high) covered++
      error += (gain.mean - came) / draws
    }
    expect(covered).toBeGreaterThanOrEqual(0.9 * draws)
    expect(Math.abs(error)).toBeLessThan(0.015)
  })
})

describe('learningSentences', () => {
  const analysis = { labels: 30, decided: 12, fewest: { decided: 20, prompts: 10 }, lookAgain: [] }
  const share = { mean: 0.7, low: 0.6, high: 0.8 }
  const curve = (next: LearningCurve['next']): LearningCurve => ({
    points: [{ labels: 90, ...share }],
    longer: { mean: 0.64, low: 0.55, high: 0.72 },
    beyondLonger: { mean: 0.06, low: -0.02, high: 0.14 },
    next,
  })

  it('says what is missing', () => {
    expect(learningSentences({ ...analysis, curve: null })).toEqual([
      'A learning curve needs 20 preferences under 10 prompts; the labels hold 12 preferences.',
    ])
  })

  it.each([
    [
      { mean: 0.02, low: 0.005, high: 0.035 },
      null,
      'The next 100 labels: about +2.0 ± 1.5 points.',
    ],
    [
      { mean: 0.01, low: -0.01, high: 0.03 },
      null,
      'The next 100 labels: about +1.0 ± 2.0 points. They may change nothing.',
    ],
    [
      { mean: 0.01, low: -0.06, high: 0.08 },
      'wide',
      'What the next 100 labels would add is unknown: −6.0 to +8.0 points.',
    ],
    [
      { mean: 0.01, low: -0.06, high: 0.08 },
      'few',
      'What the next 100 labels would add is unknown: there are too few labels.',
    ],
  ] as const)('says what more labels would add: %o %s', (gain, unknown, expected) => {
    const [first, second] = learningSentences({
      ...analysis,
      curve: curve({ labels: 100, gain, unknown }),
    })
    expect(first).toBe(
      'A small reward model predicts 70 % (60 to 80) of the preferences that it did not see; preferring the longer response, 64 % (55 to 72). The difference is +6.0 (−2.0 to +14.0) points.',
    )
    expect(second).toBe(expected)
  })
})
