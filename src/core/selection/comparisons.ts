// What labels compare, as differences of features.
import type { Preference } from '../../shared/domain'
import type { LabelledComparisons } from '../../shared/selectionProtocol'
import { tiersAbove } from '../annotation/tiers'

interface FeaturedLabel {
  preference: Preference
  candidateIds: readonly string[]
  /** Row-major, one row per candidate. */
  features: Float64Array
}

/** Room for so many rows at first. */
const FIRST_ROWS = 64
const GROWTH = 1.5

/**
 * What labels compared, by the ids of their annotations, in the order of addition: what was added
 * once is not computed again and never changes, and lies in one array, however many labels there
 * are.
 */
export class ComparisonTable {
  private readonly places = new Map<string, number>()
  /** The first row of each label. */
  private readonly firsts: number[] = []
  private differences: Float64Array
  private decisive: Uint8Array
  private used = 0

  /** @param size features per candidate. */
  constructor(readonly size: number) {
    this.differences = new Float64Array(FIRST_ROWS * size)
    this.decisive = new Uint8Array(FIRST_ROWS)
  }

  /** Number of labels. */
  get count(): number {
    return this.firsts.length
  }

  has(annotationId: string): boolean {
    return this.places.has(annotationId)
  }

  /** The places of those labels that are here. */
  placesOf(annotationIds: readonly string[]): Uint32Array {
    return Uint32Array.from(annotationIds.flatMap((id) => this.places.get(id) ?? []))
  }

  /** Candidates that share a tier of a ranking were not compared. */
  add(annotationId: string, label: FeaturedLabel): void {
    const pairs = pairsOf(label)
    this.places.set(annotationId, this.firsts.push(this.used) - 1)
    for (const { better, worse, isDecisive } of pairs) {
      if (this.used === this.decisive.length) this.grow()
      this.writeDifference(label.features, better, worse)
      this.decisive[this.used++] = Number(isDecisive)
    }
  }

  /** The comparisons of the labels at some places. They are not copied. */
  between(from: number, to: number): LabelledComparisons {
    const firsts = [...this.firsts.slice(from, to), this.firsts[to] ?? this.used]
    const [first = 0] = firsts
    const end = firsts.at(-1) ?? first
    return {
      rows: Uint32Array.from(firsts.slice(1), (next, place) => next - (firsts[place] ?? next)),
      differences: this.differences.subarray(first * this.size, end * this.size),
      decisive: this.decisive.subarray(first, end),
    }
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
