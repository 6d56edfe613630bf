// Features, and what labels compared in them: here, and in the engine, which holds them between
// selections.
import { randomUUID } from 'node:crypto'
import { ComparisonTable } from '../../core/selection/comparisons'
import { featureCount } from '../../core/selection/features/features'
import type { FeatureSpace, LabelPlaces } from '../../shared/selectionProtocol'
import type { Engine } from '../engine'

/** Labels in a message to the engine: some 130 kB. */
const LABELS_AT_ONCE = 256

export class KnownSpace {
  readonly comparisons: ComparisonTable
  private readonly table = randomUUID()
  /** Labels that the engine held when it was asked last; it may have been started again since. */
  private held = 0

  constructor(readonly space: FeatureSpace) {
    this.comparisons = new ComparisonTable(featureCount(space))
  }

  /**
   * Sends what the engine does not hold yet.
   * @param annotationIds those of labels whose comparisons are known.
   * @returns them as the engine knows them.
   * @throws FailureError of the engine.
   */
  async heldBy(
    engine: Engine,
    annotationIds: readonly string[],
    signal: AbortSignal,
  ): Promise<LabelPlaces> {
    const { comparisons, table } = this
    const { size } = comparisons
    do {
      const from = this.held
      const labels = comparisons.between(from, from + LABELS_AT_ONCE)
      this.held = await engine.request('holdLabels', { table, size, from, labels }, { signal })
    } while (this.held < comparisons.count)
    return { table, places: comparisons.placesOf(annotationIds) }
  }
}
