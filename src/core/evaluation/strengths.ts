// The strength of generators by the Bradley–Terry model: P(one wins) = σ(its strength − the
// other's).
import type { GeneratorStrength } from '../../shared/evaluation'
import { Z } from '../annotation/statistics'
import { fitScored } from './scoredDifferences'

/** Two generators in one selection, as its annotators decided. */
export interface Meeting {
  one: string
  other: string
  /** 1 where `one` won, 0 where `other` did, ½ for a tie; means of several in between. */
  score: number
}

/**
 * Of a strength in log-odds: a normal prior around 0 with standard deviation 2. Two thirds of its
 * mass lie within odds of 7 to 1, and a generator that won every time keeps a finite strength.
 */
const PRIOR_VARIANCE = 4

/**
 * The maximum of the posterior with 95 % intervals from its Hessian, for each group of generators
 * that met each other, directly or through others. Strengths of a group are relative to its mean;
 * those of different groups cannot be compared.
 */
export function strengths(meetings: readonly Meeting[]): GeneratorStrength[][] {
  return groupsOf(meetings).map((names) => strengthsOf(names, meetings))
}

function strengthsOf(names: readonly string[], meetings: readonly Meeting[]): GeneratorStrength[] {
  const own = meetings.filter(({ one }) => names.includes(one))
  const dim = names.length
  const scored = own.map(({ one, other, score }) => ({
    features: names.map((name) => Number(name === one) - Number(name === other)),
    score,
    weight: 1,
  }))
  const { weights, covariance } = fitScored(scored, dim, PRIOR_VARIANCE)
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / dim
  return names
    .map((generator, place) => {
      const strength = weights[place]! - mean
      const reach = Z * Math.sqrt(varianceBesideMean(covariance, dim, place))
      const scores = own.flatMap(({ one, other, score }) =>
        one === generator ? [score] : other === generator ? [1 - score] : [],
      )
      return {
        generator,
        strength,
        low: strength - reach,
        high: strength + reach,
        met: scores.length,
        won: scores.reduce((sum, score) => sum + score, 0),
      }
    })
    .sort((a, b) => b.strength - a.strength || (a.generator < b.generator ? -1 : 1))
}

/** cᵀ·Σ·c for c = e_place − 1/dim. */
function varianceBesideMean(covariance: Float64Array, dim: number, place: number): number {
  const contrast = (i: number): number => Number(i === place) - 1 / dim
  let variance = 0
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) variance += contrast(i) * contrast(j) * covariance[i * dim + j]!
  return variance
}

/** Connected components, each sorted by name, in the order of their first names. */
function groupsOf(meetings: readonly Meeting[]): string[][] {
  const groupOf = new Map<string, Set<string>>()
  for (const { one, other } of meetings) {
    const joined = new Set([...(groupOf.get(one) ?? [one]), ...(groupOf.get(other) ?? [other])])
    for (const name of joined) groupOf.set(name, joined)
  }
  return [...new Set(groupOf.values())]
    .map((group) => [...group].sort())
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}
