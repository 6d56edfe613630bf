// Labels of a linear annotator on random pairs.
import type { JudgedLabel } from '../../../src/core/labelAnalysis/learningCurve'
import { syntheticData } from '../simulation/synthetic'

export interface LabelShape {
  labels: number
  dim: number
  /** Of the annotator, beside rewards of variance 1. */
  noise: number
  /** Labels of the same prompt one after the other; 1 by default. */
  perPrompt?: number
}

/** One label of each two random texts; the longer text is as often right as wrong. */
export function randomLabels(
  { labels, dim, noise, perPrompt = 1 }: LabelShape,
  seed: number,
): JudgedLabel[] {
  const { prompts } = syntheticData({ prompts: labels, responses: 2, dim, noise }, seed)
  return prompts.map(({ features, scores }, place) => {
    const sign = (scores[0] ?? 0) > (scores[1] ?? 0) ? 1 : -1
    const difference = Float64Array.from(
      { length: dim },
      (_, d) => sign * ((features[d] ?? 0) - (features[dim + d] ?? 0)),
    )
    return {
      promptId: String(Math.floor(place / perPrompt)),
      differences: [difference],
      longer: place % 2,
    }
  })
}

/** The same label the other way round. */
export const turned = (label: JudgedLabel): JudgedLabel => ({
  ...label,
  differences: label.differences.map((difference) => difference.map((value) => -value)),
})
