// What labels compare, as differences of features.
import type { Preference } from '../../shared/domain'
import type { LabelledComparisons } from '../../shared/selectionProtocol'
import { tiersAbove } from '../annotation/tiers'
import type { Observation } from './rewardModel'

export interface FeaturedLabel {
  preference: Preference
  candidateIds: readonly string[]
  /** Row-major, one row per candidate. */
  features: Float64Array
}

/**
 * The comparisons of labels, in their order. Candidates that share a tier of a ranking were not
 * compared.
 * @param size features per candidate.
 */
export function comparisonsOf(labels: readonly FeaturedLabel[], size: number): LabelledComparisons {
  const pairs = labels.map(pairsOf)
  const all = pairs.flat()
  const differences = new Float64Array(all.length * size)
  all.forEach(({ features, better, worse }, row) => {
    for (let i = 0; i < size; i++)
      differences[row * size + i] = features[better * size + i]! - features[worse * size + i]!
  })
  return {
    differences,
    decisive: Uint8Array.from(all, ({ isDecisive }) => Number(isDecisive)),
    rows: Uint32Array.from(pairs, ({ length }) => length),
  }
}

/** Two candidates of a label by their places. */
interface ComparedPair {
  features: Float64Array
  better: number
  worse: number
  isDecisive: boolean
}

function pairsOf({ preference, candidateIds, features }: FeaturedLabel): ComparedPair[] {
  return candidateIds.flatMap((one, i) =>
    candidateIds.slice(i + 1).flatMap((other, offset): ComparedPair[] => {
      const j = i + 1 + offset
      const tiers = tiersAbove(preference, one, other) ?? 0
      if (tiers === 0 && preference.kind !== 'tie') return []
      const [better, worse] = tiers < 0 ? [j, i] : [i, j]
      return [{ features, better, worse, isDecisive: tiers !== 0 }]
    }),
  )
}

/** The comparisons of each label, as a learner takes them in. */
export function observationsOf(
  { differences, decisive, rows }: LabelledComparisons,
  size: number,
): Observation[][] {
  let row = 0
  return Array.from(rows, (count) =>
    Array.from({ length: count }, (): Observation => {
      const difference = differences.subarray(row * size, (row + 1) * size)
      return { difference, isDecisive: decisive[row++] === 1 }
    }),
  )
}
