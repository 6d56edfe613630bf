// What a simulation of labelling says: figures of each selection rule at each number of labels.

/** A quantity with its 95 % interval. */
export interface Interval {
  mean: number
  low: number
  high: number
}

/** One rule with its settings at one number of labels, averaged over random splits. */
export interface RuleFigures {
  rule: string
  /** null for rules that do not read it. */
  lambda: number | null
  /** Candidates in a pool. */
  n: number
  /** Candidates shown for a label. */
  k: number
  /** Labels asked for. */
  budget: number
  /** Labels that the training prompts had pools for; smaller than the budget in small files. */
  labels: number
  /** Share of held-out pairs that the reward model orders as the annotators do. */
  accuracy: number
  /** Accuracy minus that of random selection with the same n, k and budget; 95 % interval. */
  gain: number
  low: number
  high: number
  /** Mean score of the response that the reward model ranks first, of all to a held-out prompt. */
  bestOfN: number
  /** As `gain`, of bestOfN. */
  bestOfNGain: number
  bestOfNLow: number
  bestOfNHigh: number
  /** Share of labels that are no tie. */
  decisive: number
  /** Share of labels whose best two texts have scores that hardly differ. */
  nearTies: number
  /** Mean similarity of a candidate of the pool to the most similar one that is shown. */
  coverage: number
}

/** A rule that needs no label, on all prompts. */
export interface BaselineFigures {
  baseline: 'longest' | 'shortest' | 'first'
  accuracy: number
  low: number
  high: number
  bestOfN: number
}

interface PoolFigures {
  /** Prompts with at least two responses that differ in score. */
  prompts: number
  responses: number
  heldOut: number
  seeds: number
  /** Share of candidates that were replaced by degenerate ones. */
  degenerate: number
  /** Kinds of degenerate ones. */
  kinds: readonly string[]
  guard: boolean
  embedder: string
}

export interface SimulationReport {
  rules: RuleFigures[]
  baselines: BaselineFigures[]
  pool: PoolFigures
}
