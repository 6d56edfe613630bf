// A rule that learns from labels, on one pool: what the labels say, then the choice.
import type { LabelMethod } from '../../shared/domain'
import type { LearnedParams } from '../../shared/selectionProtocol'
import type { FoundSubset } from '../aepo/select'
import { featuresIn } from './features/features'
import type { HeldLabels } from './heldLabels'
import { LABEL_RULES } from './rules'

/** The candidates to choose from. */
interface EmbeddedTexts {
  texts: readonly string[]
  /** Row-major, one row of `dim` numbers per text. */
  vectors: Float32Array
  dim: number
}

/** A function of the pool, the features and the labels: what else is held changes nothing. */
export function chooseByLabels(
  method: LabelMethod,
  { texts, vectors, dim }: EmbeddedTexts,
  { space, promptVector, labels }: LearnedParams,
  k: number,
  held: HeldLabels,
): FoundSubset {
  const rule = LABEL_RULES[method]
  const posterior = held.posterior(labels, rule.learnsFrom)
  const features = featuresIn(space, { texts, vectors, promptVector }, dim)
  return { subset: rule.choose({ features, posterior }, k), exact: false }
}
