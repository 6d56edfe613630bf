// Labels that are worth a second look: contradicted ones, repeats that disagree, fast decisions.
import { describe, expect, it } from 'vitest'
import { analyseLabels, type Material } from '../../../src/core/labelAnalysis/analyse'
import { contradictedLabels } from '../../../src/core/labelAnalysis/contradicted'
import { fastLabels } from '../../../src/core/labelAnalysis/fast'
import { learningCurve } from '../../../src/core/labelAnalysis/learningCurve'
import { disagreeingRepeats } from '../../../src/core/labelAnalysis/repeats'
import { randomLabels, turned } from './support'

describe('contradictedLabels', () => {
  const found = (labels: ReturnType<typeof randomLabels>): number[] => {
    const fitted = learningCurve(labels, { dim: 4, priorVariance: 3 })
    if (!fitted) throw new Error('no curve')
    return [...contradictedLabels(labels, fitted.curve, fitted.probability).keys()]
  }

  it('are those that were turned round, for an annotator who can be learnt', () => {
    const wrong = new Set([3, 40, 77])
    const labels = randomLabels({ labels: 100, dim: 4, noise: 0 }, 1).map((label, place) =>
      wrong.has(place) ? turned(label) : label,
    )
    const places = found(labels)
    expect([...wrong].filter((place) => places.includes(place)).length).toBeGreaterThanOrEqual(2)
    expect(places.length).toBeLessThan(8)
  })

  it('are none where the model is no better than chance', () => {
    expect(found(randomLabels({ labels: 100, dim: 4, noise: 100 }, 1))).toEqual([])
  })
})

describe('disagreeingRepeats', () => {
  const label = (
    selectionId: string,
    texts: [string, string],
    outcome: 1 | 0 | -1,
    promptId = 'p',
  ): Parameters<typeof disagreeingRepeats>[0][number] => ({
    selectionId,
    verdicts: [{ promptId, texts, outcome }],
  })

  it('finds the same texts in another order with another outcome', () => {
    const found = disagreeingRepeats([
      label('one', ['a', 'b'], 1),
      label('two', ['b ', 'a'], 1),
      label('three', ['b', 'c'], 1),
    ])
    expect([...found]).toEqual([
      [0, { kind: 'repeat', selectionId: 'two' }],
      [1, { kind: 'repeat', selectionId: 'one' }],
    ])
  })

  it('finds a tie beside a preference', () => {
    expect(
      disagreeingRepeats([label('one', ['a', 'b'], 1), label('two', ['a', 'b'], 0)]).size,
    ).toBe(2)
  })

  it('leaves out what agrees, other prompts and equal texts', () => {
    expect(
      disagreeingRepeats([
        label('one', ['a', 'b'], 1),
        label('two', ['b', 'a'], -1),
        label('three', ['b', 'a'], 1, 'other prompt'),
        label('four', ['c', 'c '], 1),
        label('five', ['c ', 'c'], 1),
      ]).size,
    ).toBe(0)
  })
})

describe('fastLabels', () => {
  /** A reader of 20 characters a second, twice as fast or slow now and then. */
  const steady = Array.from({ length: 60 }, (_, place) => {
    const characters = 200 + 60 * place
    return { characters, milliseconds: characters * 50 * (place % 2 === 0 ? 1.6 : 0.7) }
  })

  it('are far faster than the annotator is for texts of that length', () => {
    const labels = [...steady, { characters: 3000, milliseconds: 900 }]
    const [[place, fast] = []] = fastLabels(labels)
    expect(place).toBe(60)
    expect(fast).toMatchObject({ kind: 'fast' })
    expect(fast?.seconds).toBeCloseTo(0.9, 9)
    expect(fast?.usualSeconds).toBeGreaterThan(50)
  })

  it('are not those of short texts', () => {
    expect(fastLabels([...steady, { characters: 30, milliseconds: 1500 }]).size).toBe(0)
  })

  it('are none of somebody who is fast throughout, nor without times', () => {
    expect(fastLabels(steady.map((one) => ({ ...one, milliseconds: 300 }))).size).toBe(0)
    expect(fastLabels(steady.map((one) => ({ ...one, milliseconds: 0 }))).size).toBe(0)
    expect(fastLabels([...steady.slice(0, 10), { characters: 3000, milliseconds: 100 }]).size).toBe(
      0,
    )
  })
})

describe('analyseLabels', () => {
  /** Longer texts are preferred, but for one label. */
  const material = (isGivenAgain: boolean): Material => ({
    vectorDim: 2,
    groups: Array.from({ length: 40 }, (_, place) => ({
      texts: [`short ${place}`, `a longer text that says more ${place}`, 'x'.repeat(10 + place)],
      vectors: Float32Array.from([1, 0, 0, 1, Math.cos(place), Math.sin(place)]),
      promptVector: Float32Array.from([0.6, 0.8]),
    })),
    labels: Array.from({ length: 40 }, (_, place) => ({
      selectionId: `s${place}`,
      promptId: `p${place}`,
      group: place,
      pairs: [{ one: 0, other: 1, outcome: place === 7 ? 1 : -1 }],
      milliseconds: place === 9 ? 200 : 8000,
      characters: 500,
      isGivenAgain,
    })),
  })

  it('lists the strongest first, each with its reasons', () => {
    const { labels, decided, curve, lookAgain } = analyseLabels(material(false))
    expect([labels, decided]).toEqual([40, 40])
    expect(curve?.longer.mean).toBeCloseTo(39 / 40, 12)
    expect(lookAgain.map(({ selectionId, reasons }) => [selectionId, reasons[0]?.kind])).toEqual([
      ['s7', 'contradicted'],
      ['s9', 'fast'],
    ])
  })

  it('does not ask a third time', () => {
    expect(analyseLabels(material(true)).lookAgain).toEqual([])
  })

  it('takes no labels, and labels without pairs', () => {
    const none = { ...material(false), labels: [] }
    expect(analyseLabels(none)).toMatchObject({ labels: 0, decided: 0, curve: null, lookAgain: [] })
    const ties = material(false).labels.map((label) => ({ ...label, pairs: [] }))
    expect(analyseLabels({ ...material(false), labels: ties }).decided).toBe(0)
    expect(analyseLabels({ groups: [], vectorDim: 0, labels: [] }).curve).toBeNull()
  })
})
