// What models say of labels that they did not see: fitted on some of the labels, judged by others.
import { sigmoid } from '../selection/bradleyTerry'
import { dot } from '../selection/posterior'
import { RewardModel } from '../selection/rewardModel'
import { mixedSeed, permutation } from '../simulation/draws'
import { meanOf } from '../simulation/interval'

/** A label as a reward model learns from it. */
export interface ModelledLabel {
  /** Labels of one prompt are in the same fold: a model judges no prompt that it saw. */
  promptId: string
  /** Features of the chosen minus those of the rejected text, per decided pair; none for a tie. */
  differences: readonly Float64Array[]
}

/** One random division of the labels into folds. */
interface Division {
  /** The fold of each label. */
  folds: readonly number[]
  /**
   * Per size, then per label: the share of its pairs that the model which did not see its fold
   * orders as the label does. NaN for a label without a decided pair.
   */
  right: readonly Float64Array[]
}

export interface CrossFit {
  /** Numbers of labels that models were fitted to, ascending. */
  sizes: readonly number[]
  divisions: readonly Division[]
  /** Per label: the probability of its pairs under models of the largest size, the mean. */
  probability: Float64Array
}

export interface CrossFitOptions {
  /** Features per text. */
  dim: number
  priorVariance: number
  folds: number
  /** Number of divisions. */
  repeats: number
  /** Sizes as shares of the labels outside of a fold, ascending; the last one is 1. */
  shares: readonly number[]
}

/** Deterministic. A tie counts as a label that a model is fitted to, and teaches it nothing. */
export function crossFit(labels: readonly ModelledLabel[], options: CrossFitOptions): CrossFit {
  const { folds, repeats, shares } = options
  const sizes = shares.map((share) =>
    Math.max(1, Math.round(share * labels.length * (1 - 1 / folds))),
  )
  const probability = new Float64Array(labels.length)
  const divisions = Array.from({ length: repeats }, (_, repeat): Division => {
    const order = permutation(labels.length, mixedSeed(repeat, 2, 0, 0))
    const foldOf = foldsOf(labels, folds, mixedSeed(repeat, 3, 0, 0))
    const right = sizes.map(() => new Float64Array(labels.length))
    for (let fold = 0; fold < folds; fold++) {
      const judged = order.filter((place) => foldOf[place] === fold)
      const fitted = order.filter((place) => foldOf[place] !== fold)
      if (judged.length === 0) continue
      const models = modelsOf(
        fitted.map((place) => labels[place]!),
        sizes,
        options,
      )
      for (const place of judged) {
        const { differences } = labels[place]!
        models.forEach((weights, s) => {
          const margins = differences.map((each) => dot(each, weights))
          right[s]![place] = meanOf(margins.map((each) => (Math.sign(each) + 1) / 2))
          if (s === sizes.length - 1) probability[place]! += meanOf(margins.map(sigmoid)) / repeats
        })
      }
    }
    return { folds: foldOf, right }
  })
  return { sizes, divisions, probability }
}

/** The weights of a model of the first so many labels, for each size. */
function modelsOf(
  labels: readonly ModelledLabel[],
  sizes: readonly number[],
  { dim, priorVariance }: CrossFitOptions,
): Float64Array[] {
  const model = new RewardModel(dim, priorVariance)
  let taken = 0
  return sizes.map((size) => {
    for (; taken < Math.min(size, labels.length); taken++) model.add(observationsOf(labels[taken]!))
    return model.fit().weights
  })
}

/** The fold of each label, by its prompt. */
function foldsOf(labels: readonly ModelledLabel[], folds: number, seed: number): number[] {
  const prompts = [...new Set(labels.map(({ promptId }) => promptId))]
  const places = permutation(prompts.length, seed)
  const fold = new Map(prompts.map((promptId, i) => [promptId, places[i]! % folds]))
  return labels.map(({ promptId }) => fold.get(promptId)!)
}

const observationsOf = ({
  differences,
}: ModelledLabel): { difference: Float64Array; isDecisive: boolean }[] =>
  differences.map((difference) => ({ difference, isDecisive: true }))
