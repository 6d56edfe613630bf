// What a model says of some labels.
import type { LearningCurve } from '../../../src/shared/labelAnalysis'
import type { ShownAnalysis } from '../../../src/shared/reviewProtocol'

const point = (labels: number, mean: number, reach: number): LearningCurve['points'][number] => ({
  labels,
  mean,
  low: mean - reach,
  high: mean + reach,
})

export const CURVE: LearningCurve = {
  points: [
    point(18, 0.58, 0.08),
    point(36, 0.64, 0.08),
    point(72, 0.69, 0.075),
    point(108, 0.71, 0.075),
    point(144, 0.73, 0.07),
  ],
  longer: { mean: 0.66, low: 0.58, high: 0.73 },
  beyondLonger: { mean: 0.07, low: 0.01, high: 0.13 },
  next: { labels: 100, gain: { mean: 0.012, low: -0.012, high: 0.036 }, unknown: null },
}

export const ANALYSIS: ShownAnalysis = {
  labels: 160,
  decided: 131,
  fewest: { decided: 20, prompts: 10 },
  curve: CURVE,
  lookAgain: [
    {
      selectionId: 'selection-4',
      promptId: 'prompt-4',
      position: 3,
      reasons: [{ kind: 'repeat', selectionId: 'selection-2' }],
    },
    {
      selectionId: 'selection-1',
      promptId: 'prompt-1',
      position: 0,
      reasons: [
        { kind: 'contradicted', probability: 0.07 },
        { kind: 'fast', seconds: 0.6, usualSeconds: 11.4 },
      ],
    },
  ],
}
