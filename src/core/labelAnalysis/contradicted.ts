// Labels that a model fitted to the other labels contradicts.
import type { LearningCurve, LookAgainReason } from '../../shared/labelAnalysis'
import type { JudgedLabel } from './learningCurve'

/**
 * Of labels with a smaller probability about half were wrong where a tenth of all were
 * (docs/experiments/learning-curve.md).
 */
const IMPROBABLE = 0.2

type Contradicted = Extract<LookAgainReason, { kind: 'contradicted' }>

/**
 * By the place of the label. None where the model is not surely better than chance: it tells
 * nothing of a single label then.
 */
export function contradictedLabels(
  labels: readonly Pick<JudgedLabel, 'differences'>[],
  { points }: Pick<LearningCurve, 'points'>,
  probability: Float64Array,
): Map<number, Contradicted> {
  const isBetterThanChance = (points.at(-1)?.low ?? 0) > 0.5
  return new Map(
    labels.flatMap(({ differences }, place) =>
      isBetterThanChance && differences.length > 0 && probability[place]! < IMPROBABLE
        ? [[place, { kind: 'contradicted', probability: probability[place]! }]]
        : [],
    ),
  )
}
