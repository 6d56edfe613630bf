// A rule that learns from labels, on one pool: what the labels say, then the choice.
import type { LabelMethod } from '../../shared/domain'
import type { LearnedParams } from '../../shared/selectionProtocol'
import type { FoundSubset } from '../aepo/select'
import { observationsOf } from './comparisons'
import { featureCount, featuresIn } from './features/features'
import { Learner } from './learner'
import { LABEL_RULES } from './rules'

/** The candidates to choose from. */
interface EmbeddedTexts {
  texts: readonly string[]
  /** Row-major, one row of `dim` numbers per text. */
  vectors: Float32Array
  dim: number
}

/** A function of its arguments alone: nothing is kept from one choice to the next. */
export function chooseByLabels(
  method: LabelMethod,
  { texts, vectors, dim }: EmbeddedTexts,
  { space, promptVector, labels }: LearnedParams,
  k: number,
): FoundSubset {
  const rule = LABEL_RULES[method]
  const size = featureCount(space)
  const { posterior } = Learner.after(observationsOf(labels, size), size, rule.learnsFrom)
  const features = featuresIn(space, { texts, vectors, promptVector }, dim)
  return { subset: rule.choose({ features, posterior }, k), exact: false }
}
