// What a model that was fitted to the labels of one annotator says of them: how well it predicts
// them, what more labels would add, and which labels to look at again.
import type { Interval } from './simulation'

export interface LearningCurvePoint extends Interval {
  /** Labels that the models were fitted to. */
  labels: number
}

/** Accuracies are shares of decided pairs under prompts that the model did not see. */
export interface LearningCurve {
  /** Ascending; the last one is the accuracy with the labels that there are. */
  points: LearningCurvePoint[]
  /** The accuracy of preferring the longer response, on the same labels. */
  longer: Interval
  /** Accuracy of the model minus that of the longer response. */
  beyondLonger: Interval
  next: Forecast
}

/** What more labels would add to the accuracy. */
export interface Forecast {
  /** How many more. */
  labels: number
  gain: Interval
  /** `few`: labels; `wide`: the interval tells nothing. null where the gain can be stated. */
  unknown: 'few' | 'wide' | null
}

export type LookAgainReason =
  /** A model fitted to the other labels expects another one. */
  | { kind: 'contradicted'; probability: number }
  /** Another label of the same annotator compared the same texts and says otherwise. */
  | { kind: 'repeat'; selectionId: string }
  /** Decided in much less time than this annotator takes for texts of this length. */
  | { kind: 'fast'; seconds: number; usualSeconds: number }

export interface LookAgain {
  selectionId: string
  promptId: string
  /** The strongest one first. */
  reasons: LookAgainReason[]
}

export interface LabelAnalysis {
  /** Labels that say something: skips do not count. */
  labels: number
  /** Those of them that prefer a text to another. */
  decided: number
  /** Fewest decided labels, and prompts under which they are, for a curve. */
  fewest: { decided: number; prompts: number }
  /** null where there are fewer. */
  curve: LearningCurve | null
  /** The strongest ones first. */
  lookAgain: LookAgain[]
}
