// A linear reward, fitted to the comparisons of the labels so far.
import { fitBradleyTerry, type FittedModel } from './bradleyTerry'

/** One comparison: difference of the features of two texts, chosen minus rejected. */
export interface Observation {
  difference: Float64Array
  /** false for a tie: compared, but no preference. */
  isDecisive: boolean
}

/** A Bradley–Terry model of the decisive comparisons. Each fit starts from the one before. */
export class RewardModel {
  private readonly decisive: Float64Array[] = []
  private weights: Float64Array | undefined

  constructor(
    private readonly dim: number,
    private readonly priorVariance: number,
  ) {}

  add(observations: readonly Observation[]): void {
    for (const { difference, isDecisive } of observations)
      if (isDecisive) this.decisive.push(difference)
  }

  fit(): FittedModel {
    const { decisive, dim } = this
    const rows = new Float64Array(decisive.length * dim)
    decisive.forEach((difference, row) => rows.set(difference, row * dim))
    const data = { rows, count: decisive.length, dim }
    const fitted = fitBradleyTerry(data, this.priorVariance, this.weights)
    this.weights = fitted.weights
    return fitted
  }
}
