// Every selection rule, for the product and for simulations. A new one is a file in rules/ and an
// entry here.
import type { SelectionMethod } from '../../shared/domain'
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

/** Rules that need vectors alone: the methods of a curation file. */
export const VECTOR_RULES = {
  aepo,
  random,
  farthest,
  'k-centre': kCentre,
  'k-dpp': kDpp,
} satisfies Record<SelectionMethod, VectorRule>

const LABEL_RULES = {
  'd-optimal': dOptimal,
  uncertain,
  adaptive,
} satisfies Record<string, LabelRule>

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

export const RULE_IDS = Object.keys(RULES) as RuleId[]
