// What labels compare, as differences of features.
import type { Preference } from '../../shared/domain'
import type { LabelledComparisons } from '../../shared/selectionProtocol'
import { tiersAbove } from '../annotation/tiers'
import type { Observation } from './rewardModel'

interface FeaturedLabel {
  preference: Preference
  candidateIds: readonly string[]
  /** Row-major, one row per candidate. */
  features: Float64Array
}

/** Room for so many rows at first. */
const FIRST_ROWS = 64
const GROWTH = 1.5

/** The rows of a label. */
interface Span {
  first: number
  count: number
}

/**
 * What labels compared, by the ids of their annotations: what was added once is not computed again,
 * and lies in one array, however many labels there are.
 */
export class ComparisonTable {
  private readonly places = new Map<string, Span>()
  private differences: Float64Array
  private decisive: Uint8Array
  private used = 0

  /** @param size features per candidate. */
  constructor(private readonly size: number) {
    this.differences = new Float64Array(FIRST_ROWS * size)
    this.decisive = new Uint8Array(FIRST_ROWS)
  }

  has(annotationId: string): boolean {
    return this.places.has(annotationId)
  }

  /** Candidates that share a tier of a ranking were not compared. */
  add(annotationId: string, label: FeaturedLabel): void {
    const pairs = pairsOf(label)
    this.places.set(annotationId, { first: this.used, count: pairs.length })
    for (const { better, worse, isDecisive } of pairs) {
      if (this.used === this.decisive.length) this.grow()
      this.writeDifference(label.features, better, worse)
      this.decisive[this.used++] = Number(isDecisive)
    }
  }

  /**
   * The comparisons of labels that are here, in the order of their ids. In the order of addition
   * they are not copied; what is here never changes.
   */
  of(annotationIds: readonly string[]): LabelledComparisons {
    const spans = annotationIds.map((id) => this.places.get(id) ?? { first: this.used, count: 0 })
    const rows = Uint32Array.from(spans, ({ count }) => count)
    const total = rows.reduce((sum, count) => sum + count, 0)
    const { first = 0 } = spans[0] ?? {}
    let next = first
    const isInOrder = spans.every((span) => {
      const follows = span.first === next
      next += span.count
      return follows
    })
    return { rows, ...(isInOrder ? this.between(first, first + total) : this.copied(spans, total)) }
  }

  private between(first: number, end: number): Omit<LabelledComparisons, 'rows'> {
    return {
      differences: this.differences.subarray(first * this.size, end * this.size),
      decisive: this.decisive.subarray(first, end),
    }
  }

  private copied(spans: readonly Span[], total: number): Omit<LabelledComparisons, 'rows'> {
    const differences = new Float64Array(total * this.size)
    const decisive = new Uint8Array(total)
    let row = 0
    for (const { first, count } of spans) {
      const part = this.between(first, first + count)
      differences.set(part.differences, row * this.size)
      decisive.set(part.decisive, row)
      row += count
    }
    return { differences, decisive }
  }

  private writeDifference(features: Float64Array, better: number, worse: number): void {
    const { size } = this
    for (let i = 0; i < size; i++)
      this.differences[this.used * size + i] =
        features[better * size + i]! - features[worse * size + i]!
  }

  private grow(): void {
    const { differences, decisive } = this
    const rows = Math.ceil(GROWTH * decisive.length)
    this.differences = new Float64Array(rows * this.size)
    this.differences.set(differences)
    this.decisive = new Uint8Array(rows)
    this.decisive.set(decisive)
  }
}

/** Two candidates of a label by their places. */
interface ComparedPair {
  better: number
  worse: number
  isDecisive: boolean
}

function pairsOf({ preference, candidateIds }: FeaturedLabel): ComparedPair[] {
  return candidateIds.flatMap((one, i) =>
    candidateIds.slice(i + 1).flatMap((other, offset): ComparedPair[] => {
      const j = i + 1 + offset
      const tiers = tiersAbove(preference, one, other) ?? 0
      if (tiers === 0 && preference.kind !== 'tie') return []
      const [better, worse] = tiers < 0 ? [j, i] : [i, j]
      return [{ better, worse, isDecisive: tiers !== 0 }]
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
