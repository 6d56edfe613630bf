// Every selection rule, for the product and for simulations. A new one is a file in rules/ and an
// entry here.
import {
  LABEL_METHODS,
  type LabelMethod,
  type SelectionMethod,
  type VectorMethod,
} from '../../shared/domain'
import type { LabelRule, ScoreRule, SelectionRule, VectorRule } from './rule'
import { adaptive } from './rules/adaptive'
import { aepo } from './rules/aepo'
import { dOptimal } from './rules/dOptimal'
import { farthest } from './rules/farthest'
import { kCentre } from './rules/kCentre'
import { kDpp } from './rules/kDpp'
import { oracleBestWorst } from './rules/oracleBestWorst'
import { oracleSweetSpot } from './rules/oracleSweetSpot'
import { random } from './rules/random'
import { uncertain } from './rules/uncertain'
import { vOptimal } from './rules/vOptimal'

/** Rules that need vectors alone. */
export const VECTOR_RULES = {
  aepo,
  random,
  farthest,
  'k-centre': kCentre,
  'k-dpp': kDpp,
} satisfies Record<VectorMethod, VectorRule>

/** Rules that learn from labels. */
export const LABEL_RULES = {
  'd-optimal': dOptimal,
  'v-optimal': vOptimal,
  uncertain,
  adaptive,
} satisfies Record<LabelMethod, LabelRule>

const ORACLES = {
  'oracle-best-worst': oracleBestWorst,
  'oracle-sweet-spot': oracleSweetSpot,
} satisfies Record<string, ScoreRule>

export type RuleId = keyof typeof VECTOR_RULES | keyof typeof LABEL_RULES | keyof typeof ORACLES

export const RULES: Readonly<Record<RuleId, SelectionRule>> = {
  ...VECTOR_RULES,
  ...LABEL_RULES,
  ...ORACLES,
}

/** Whether a method of a curation file selects by the labels so far. */
export const isLabelMethod = (method: SelectionMethod): method is LabelMethod =>
  LABEL_METHODS.some((one) => one === method)

export const RULE_IDS = Object.keys(RULES) as RuleId[]
