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

/** Rows that are stored together: adding copies none. */
const BLOCK_ROWS = 1024

/**
 * What labels compared, by the ids of their annotations, in the order of addition: what was added
 * once is not computed again and never changes.
 */
export class ComparisonTable {
  private readonly places = new Map<string, number>()
  /** The first row of each label. */
  private readonly firsts: number[] = []
  /** Row-major. */
  private readonly blocks: Float64Array[] = []
  /** One number per row. */
  private readonly decisive: number[] = []

  /** @param size features per candidate. */
  constructor(readonly size: number) {}

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
    this.places.set(annotationId, this.firsts.push(this.decisive.length) - 1)
    for (const { better, worse, isDecisive } of pairsOf(label)) {
      const row = this.decisive.push(Number(isDecisive)) - 1
      if (row % BLOCK_ROWS === 0) this.blocks.push(new Float64Array(BLOCK_ROWS * this.size))
      this.writeDifference(this.row(row), label.features, better, worse)
    }
  }

  /** The comparisons of the labels at some places. */
  between(from: number, to: number): LabelledComparisons {
    const firsts = [...this.firsts.slice(from, to), this.firsts[to] ?? this.decisive.length]
    const [first = 0] = firsts
    const end = firsts.at(-1) ?? first
    const differences = new Float64Array((end - first) * this.size)
    for (let row = first; row < end; row++)
      differences.set(this.row(row), (row - first) * this.size)
    return {
      rows: Uint32Array.from(firsts.slice(1), (next, place) => next - (firsts[place] ?? next)),
      differences,
      decisive: Uint8Array.from(this.decisive.slice(first, end)),
    }
  }

  private row(row: number): Float64Array {
    const start = (row % BLOCK_ROWS) * this.size
    return this.blocks[Math.floor(row / BLOCK_ROWS)]!.subarray(start, start + this.size)
  }

  private writeDifference(
    row: Float64Array,
    features: Float64Array,
    better: number,
    worse: number,
  ): void {
    const { size } = this
    for (let i = 0; i < size; i++)
      row[i] = features[better * size + i]! - features[worse * size + i]!
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
