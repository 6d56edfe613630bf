// The whole analysis of one annotator's labels, from texts and vectors.
import type { LabelAnalysis, LookAgain, LookAgainReason } from '../../shared/labelAnalysis'
import { type EmbeddedGroup, featuresOf, type GroupFeatures } from '../selection/features/features'
import { PRIOR_VARIANCE } from '../selection/learner'
import { contradictedLabels } from './contradicted'
import { fastLabels, type TimedLabel } from './fast'
import { FEWEST, type JudgedLabel, learningCurve } from './learningCurve'
import { meanOf } from '../simulation/interval'
import { disagreeingRepeats, type RepeatedLabel } from './repeats'

/** A label, its texts as places in the group of its prompt. */
export interface MaterialLabel extends TimedLabel {
  selectionId: string
  promptId: string
  group: number
  /** Pairs of texts with what the label says: 1 prefers the first, 0 neither. */
  pairs: readonly { one: number; other: number; outcome: 1 | 0 | -1 }[]
  /** The annotator labelled the selection again: it was looked at twice. */
  isGivenAgain: boolean
}

export interface Material {
  /** Prompts with texts and vectors; texts beside those of the labels fix the features. */
  groups: readonly EmbeddedGroup[]
  /** Numbers per vector. */
  vectorDim: number
  /** Skips are none. */
  labels: readonly MaterialLabel[]
}

/** Deterministic; seconds of computing for thousands of labels. */
export function analyseLabels({ groups, vectorDim, labels }: Material): LabelAnalysis {
  if (labels.length === 0) return NOTHING
  const features = featuresOf(groups, vectorDim)
  const judged = labels.map((label) => judgedLabel(label, groups, features))
  const fitted = learningCurve(judged, { dim: features.dim, priorVariance: PRIOR_VARIANCE })
  const reasons: ReadonlyMap<number, LookAgainReason>[] = [
    disagreeingRepeats(
      labels.map((label) => ({
        selectionId: label.selectionId,
        verdicts: verdictsOf(label, groups),
      })),
    ),
    ...(fitted ? [contradictedLabels(judged, fitted.curve, fitted.probability)] : []),
    fastLabels(labels),
  ]
  return {
    labels: labels.length,
    decided: judged.filter(({ differences }) => differences.length > 0).length,
    fewest: FEWEST,
    curve: fitted?.curve ?? null,
    lookAgain: lookAgain(labels, reasons),
  }
}

const NOTHING: LabelAnalysis = {
  labels: 0,
  decided: 0,
  fewest: FEWEST,
  curve: null,
  lookAgain: [],
}

/** Labels that were given again are not asked about a third time, unless two still disagree. */
function lookAgain(
  labels: readonly MaterialLabel[],
  found: readonly ReadonlyMap<number, LookAgainReason>[],
): LookAgain[] {
  return labels
    .map(({ selectionId, promptId, isGivenAgain }, place) => ({
      selectionId,
      promptId,
      reasons: found
        .flatMap((reasons) => reasons.get(place) ?? [])
        .filter(({ kind }) => !isGivenAgain || kind === 'repeat'),
    }))
    .filter(({ reasons }) => reasons.length > 0)
    .toSorted((one, other) => strength(other) - strength(one))
}

/** Repeats first, then improbable labels, then fast ones; the strongest of each kind first. */
function strength({ reasons: [reason] }: LookAgain): number {
  switch (reason?.kind) {
    case 'repeat':
      return 3
    case 'contradicted':
      return 2 - reason.probability
    case 'fast':
      return 1 - reason.seconds / reason.usualSeconds
    case undefined:
      return 0
  }
}

function judgedLabel(
  { promptId, group, pairs }: MaterialLabel,
  groups: Material['groups'],
  { dim, groups: rows }: GroupFeatures,
): JudgedLabel {
  const { texts } = groups[group]!
  const decided = pairs.flatMap(({ one, other, outcome }) =>
    outcome === 0 ? [] : [outcome > 0 ? ([one, other] as const) : ([other, one] as const)],
  )
  return {
    promptId,
    differences: decided.map(([chosen, rejected]) =>
      Float64Array.from(
        { length: dim },
        (_, d) => rows[group]![chosen * dim + d]! - rows[group]![rejected * dim + d]!,
      ),
    ),
    longer: meanOf(
      decided.map(
        ([chosen, rejected]) =>
          (Math.sign(texts[chosen]!.length - texts[rejected]!.length) + 1) / 2,
      ),
    ),
  }
}

const verdictsOf = (
  { promptId, group, pairs }: MaterialLabel,
  groups: Material['groups'],
): RepeatedLabel[] =>
  pairs.map(({ one, other, outcome }) => ({
    promptId,
    texts: [groups[group]!.texts[one]!, groups[group]!.texts[other]!],
    outcome,
  }))
