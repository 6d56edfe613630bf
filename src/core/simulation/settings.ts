// What is simulated: rules with their settings.
import type { RuleId } from '../selection/rules'
import type { DegenerateKind } from './degenerate'

export interface RuleSettings {
  rule: RuleId
  /** Only AEPO reads it. */
  lambda: number
  /** Candidates in a pool. */
  n: number
  /** Candidates shown for a label. */
  k: number
}

export interface SimulationSettings {
  rules: readonly RuleSettings[]
  /** Numbers of labels, ascending. */
  budgets: readonly number[]
  /** Probability that a candidate is replaced by a degenerate text. */
  degenerate: number
  /** Kinds of degenerate texts, equally likely. */
  kinds: readonly DegenerateKind[]
  /** Of a weight of the reward model, τ. */
  priorVariance: number
}

/** The baseline of a rule: random selection from pools of the same size. */
export const isBaselineOf = (baseline: RuleSettings, { n, k }: RuleSettings): boolean =>
  baseline.rule === 'random' && baseline.n === n && baseline.k === k
