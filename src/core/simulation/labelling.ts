// Labels by one rule, in order: draws a pool, selects, replays the annotator.
import { Matrix } from 'ml-matrix'
import { StoredSimilarities } from '../aepo/similarity'
import { indexOfLargest } from '../selection/extremes'
import { Learner } from '../selection/learner'
import type { Posterior } from '../selection/posterior'
import type { Observation } from '../selection/rewardModel'
import type { LabelRule, SelectionRule, VectorRule } from '../selection/rule'
import { RULES, VECTOR_RULES } from '../selection/rules'
import type { SimulatedPrompt, SimulationData } from './data'
import { drawPool, mixedSeed } from './draws'
import { meanOf } from './interval'
import type { RuleSettings, SimulationSettings } from './settings'

/** A rule that learns takes the most urgent of so many coming prompts, if it has a preference. */
const LOOK_AHEAD = 8
/** λ of AEPO, which selects until a rule that learns has enough labels. */
const FIRST_LAMBDA = 0.5

export interface SimulatedLabel {
  /** Place of the prompt in the data. */
  prompt: number
  /** One per rejected text. */
  observations: Observation[]
  /** Whether the scores of the best two texts hardly differ. */
  isNearTie: boolean
  /** Mean similarity of a candidate of the pool to the most similar one that is shown. */
  coverage: number
}

interface Pool {
  prompt: number
  candidates: readonly number[]
}

/** The labels that one rule leads to. */
export class SimulatedLabelling {
  private readonly shown: Set<number>[]
  private readonly rule: SelectionRule
  private readonly learner: Learner | null
  private coming: number[] = []
  private pass = 0

  constructor(
    private readonly data: SimulationData,
    private readonly settings: RuleSettings & Omit<SimulationSettings, 'rules' | 'budgets'>,
    private readonly train: readonly number[],
    private readonly seed: number,
  ) {
    this.shown = data.prompts.map(() => new Set())
    this.rule = RULES[settings.rule]
    this.learner =
      this.rule.needs === 'labels'
        ? new Learner(data.dim, this.rule.learnsFrom, settings.priorVariance)
        : null
  }

  /** The next label; null when no prompt has a pool left. */
  next(): SimulatedLabel | null {
    const pool = this.nextPool()
    if (!pool) return null
    const chosen = this.choose(pool)
    for (const candidate of chosen) this.shown[pool.prompt]!.add(candidate)
    const label = labelOf(this.data, pool, chosen)
    this.learner?.observe(label.observations)
    return label
  }

  private nextPool(): Pool | null {
    for (let passes = 0; passes < 2;) {
      if (this.coming.length === 0) {
        this.coming = [...this.train]
        this.pass++
        passes++
      }
      const pool = this.takePool()
      if (pool.candidates.length >= 2) return pool
    }
    return null
  }

  /** Takes the first of the coming prompts, or the most urgent of the first few. */
  private takePool(): Pool {
    const learnt = this.learnt()
    if (!learnt?.rule.urgency) return this.poolOf(this.coming.shift()!)
    const { urgency } = learnt.rule
    const { posterior } = learnt
    const pools = this.coming.slice(0, LOOK_AHEAD).map((prompt) => this.poolOf(prompt))
    const urgencies = pools.map((pool) => urgency({ features: this.featuresOf(pool), posterior }))
    const place = indexOfLargest(urgencies)
    this.coming.splice(place, 1)
    return pools[place]!
  }

  private poolOf(prompt: number): Pool {
    const { settings } = this
    const seed = mixedSeed(this.seed, 1, prompt, this.pass)
    const candidates = drawPool(
      this.data.prompts[prompt]!,
      settings.n,
      settings,
      seed,
      this.shown[prompt]!,
    )
    return { prompt, candidates }
  }

  /** A rule that learns with what it has learnt; null for other rules and before. */
  private learnt(): { rule: LabelRule; posterior: Posterior } | null {
    const { rule, learner } = this
    return rule.needs === 'labels' && learner && learner.labels >= rule.fewestLabels
      ? { rule, posterior: learner.posterior }
      : null
  }

  private choose(pool: Pool): readonly number[] {
    const { candidates } = pool
    const k = Math.min(this.settings.k, candidates.length)
    return this.placesOf(pool, k).map((place) => candidates[place]!)
  }

  /** Places of the chosen candidates in the pool. AEPO chooses for a rule that has yet to learn. */
  private placesOf(pool: Pool, k: number): readonly number[] {
    const { rule } = this
    switch (rule.needs) {
      case 'scores': {
        const { scores } = this.data.prompts[pool.prompt]!
        return rule.choose(
          pool.candidates.map((candidate) => scores[candidate]!),
          k,
        )
      }
      case 'vectors':
        return this.placesByVectors(rule, this.settings.lambda, pool, k)
      case 'labels': {
        const posterior = this.learnt()?.posterior
        return posterior
          ? rule.choose({ features: this.featuresOf(pool), posterior }, k)
          : this.placesByVectors(VECTOR_RULES.aepo, FIRST_LAMBDA, pool, k)
      }
    }
  }

  private placesByVectors(
    rule: VectorRule,
    lambda: number,
    { prompt, candidates }: Pool,
    k: number,
  ): readonly number[] {
    const pool = {
      ids: candidates.map((candidate) => `${prompt}-${candidate}`),
      similarities: similaritiesAmong(this.data.prompts[prompt]!, candidates),
      lambda,
      seed: this.seed,
    }
    return rule.choose(pool, k).subset
  }

  private featuresOf({ prompt, candidates }: Pool): Float64Array {
    const { dim, prompts } = this.data
    const { features } = prompts[prompt]!
    const rows = new Float64Array(candidates.length * dim)
    candidates.forEach((candidate, i) =>
      rows.set(features.subarray(candidate * dim, (candidate + 1) * dim), i * dim),
    )
    return rows
  }
}

function similaritiesAmong(
  { similarities, scores }: SimulatedPrompt,
  candidates: readonly number[],
): StoredSimilarities {
  const size = candidates.length
  const matrix = new Matrix(size, size)
  const sums = new Float64Array(size)
  candidates.forEach((a, i) =>
    candidates.forEach((b, j) => {
      if (i === j) return
      const similarity = similarities[a * scores.length + b]!
      matrix.set(i, j, similarity)
      sums[i]! += similarity
    }),
  )
  return new StoredSimilarities(matrix, sums)
}

/** The best text is preferred to each other one; where votes say otherwise, the other way round. */
function labelOf(
  { dim, prompts, nearTie }: SimulationData,
  { prompt, candidates }: Pool,
  chosen: readonly number[],
): SimulatedLabel {
  const { features, outcomes, scores, similarities } = prompts[prompt]!
  const size = scores.length
  const ranked = chosen.toSorted((a, b) => scores[b]! - scores[a]! || a - b)
  const [best, ...others] = ranked as [number, ...number[]]
  const covered = candidates.map((candidate) =>
    Math.max(...chosen.map((one) => similarities[candidate * size + one]!)),
  )
  return {
    prompt,
    observations: others.map((other) => {
      const outcome = outcomes[best * size + other]!
      const sign = outcome < 0 ? -1 : 1
      const difference = new Float64Array(dim)
      for (let d = 0; d < dim; d++)
        difference[d] = sign * (features[best * dim + d]! - features[other * dim + d]!)
      return { difference, isDecisive: outcome !== 0 }
    }),
    isNearTie: scores[best]! - scores[others[0] ?? best]! < nearTie,
    coverage: meanOf(covered),
  }
}
