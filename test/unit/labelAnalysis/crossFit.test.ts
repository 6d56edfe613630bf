// Models that judge labels which they did not see.
import { describe, expect, it } from 'vitest'
import { crossFit, type ModelledLabel } from '../../../src/core/labelAnalysis/crossFit'
import { randomLabels } from './support'

const OPTIONS = { priorVariance: 3, folds: 5, repeats: 3, shares: [0.5, 1] }

describe('crossFit', () => {
  it('judges no label by a model that saw one of its prompt', () => {
    // Each prompt has a feature of its own: only labels of the same prompt tell anything of it.
    const labels = Array.from({ length: 20 }, (_, place): ModelledLabel => {
      const difference = new Float64Array(10)
      difference[Math.floor(place / 2)] = 1
      return { promptId: String(Math.floor(place / 2)), differences: [difference] }
    })
    const { divisions, probability } = crossFit(labels, { ...OPTIONS, dim: 10 })
    for (const { folds, right } of divisions) {
      labels.forEach((_, place) => expect(folds[place]).toBe(folds[place ^ 1]))
      for (const values of right) expect([...values]).toEqual(labels.map(() => 0.5))
    }
    for (const value of probability) expect(value).toBeCloseTo(0.5, 12)
  })

  it('learns from the other labels, and more from more of them', () => {
    const labels = randomLabels({ labels: 200, dim: 6, noise: 0.1 }, 1)
    const { sizes, divisions } = crossFit(labels, { ...OPTIONS, dim: 6, shares: [0.05, 1] })
    expect(sizes).toEqual([8, 160])
    const shareRight = (size: number): number =>
      divisions.flatMap(({ right }) => [...(right[size] ?? [])]).reduce((sum, one) => sum + one) /
      (200 * divisions.length)
    expect(shareRight(0)).toBeGreaterThan(0.6)
    expect(shareRight(1)).toBeGreaterThan(0.9)
  })

  it('takes a tie as a label that teaches nothing', () => {
    const labels = randomLabels({ labels: 40, dim: 2, noise: 0 }, 2)
    const withTies = labels.map((label, place) =>
      place % 4 === 0 ? { ...label, differences: [] } : label,
    )
    const { divisions, sizes } = crossFit(withTies, { ...OPTIONS, dim: 2 })
    expect(sizes.at(-1)).toBe(32)
    expect(divisions[0]?.right[1]?.[0]).toBeNaN()
    expect(divisions[0]?.right[1]?.[1]).not.toBeNaN()
  })
})
