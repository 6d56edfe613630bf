// The win rate that two models would have if their responses had equal lengths.
import { sigmoid } from '../../src/core/selection/bradleyTerry'

/** One response of each model: 1 if that of the first is preferred, ½ for a tie. */
export interface LengthPair {
  won: number
  /** Characters of the first response less those of the second. */
  longer: number
}

const STEPS = 50

/**
 * σ(a) of the logistic regression won ~ σ(a + b·tanh(longer / s)), where s² is the mean square of
 * `longer` (after length-controlled AlpacaEval, arXiv 2404.04475, without its terms for prompts).
 */
export function lengthControlled(pairs: readonly LengthPair[]): number {
  const spread = Math.sqrt(pairs.reduce((sum, { longer }) => sum + longer ** 2, 0) / pairs.length)
  let [a, b] = [0, 0]
  for (let step = 0; step < STEPS; step++) {
    let [ga, gb, aa, ab, bb] = [0, 0, 1e-9, 0, 1e-9]
    for (const { won, longer } of pairs) {
      const x = Math.tanh(longer / (spread || 1))
      const p = sigmoid(a + b * x)
      const weight = p * (1 - p)
      ga += won - p
      gb += (won - p) * x
      aa += weight
      ab += weight * x
      bb += weight * x * x
    }
    const determinant = aa * bb - ab * ab
    a += (bb * ga - ab * gb) / determinant
    b += (aa * gb - ab * ga) / determinant
  }
  return sigmoid(a)
}
