// Synthetic data: rewards linear in features, annotators that prefer the higher reward.
import type { SimulatedPrompt, SimulationData } from '../../../src/core/simulation/data'
import { uniform } from '../../../src/core/sampling/random'

/** Standard normal numbers by position (Box–Muller). */
const normal = (seed: number, position: number): number =>
  Math.sqrt(-2 * Math.log(1 - uniform(seed, 2 * position))) *
  Math.cos(2 * Math.PI * uniform(seed, 2 * position + 1))

export interface SyntheticShape {
  prompts: number
  responses: number
  dim: number
  /** Standard deviation of the annotator's noise beside rewards of variance 1. */
  noise: number
}

/** A draw of prompts from one population, whose weights do not change with the seed. */
export function syntheticData(
  { prompts, responses, dim, noise }: SyntheticShape,
  seed: number,
): SimulationData {
  let position = 0
  const next = (): number => normal(seed, position++)
  return {
    dim,
    nearTie: 0.1,
    prompts: Array.from({ length: prompts }, (): SimulatedPrompt => {
      const features = Float64Array.from({ length: responses * dim }, next)
      const scores = Float64Array.from({ length: responses }, (_, i) => {
        let reward = 0
        for (let d = 0; d < dim; d++)
          reward += (features[i * dim + d] ?? 0) * (d % 2 === 0 ? 1 : -1) * Math.sqrt(1 / dim)
        return reward + noise * next()
      })
      return {
        genuine: responses,
        features,
        similarities: cosines(features, dim),
        scores,
        outcomes: outcomesOf(scores),
        kept: Array.from(scores, () => true),
      }
    }),
  }
}

function cosines(features: Float64Array, dim: number): Float64Array {
  const rows = Array.from({ length: features.length / dim }, (_, i) => {
    const row = features.subarray(i * dim, (i + 1) * dim)
    const length = Math.hypot(...row)
    return row.map((value) => value / length)
  })
  return Float64Array.from(
    rows.flatMap((a) => rows.map((b) => a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0))),
  )
}

export const outcomesOf = (scores: Float64Array): Int8Array =>
  Int8Array.from(Array.from(scores).flatMap((a) => Array.from(scores, (b) => Math.sign(a - b))))
