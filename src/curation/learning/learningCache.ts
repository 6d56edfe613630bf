// What a process keeps between selections by a rule that learns: all of it can be computed again.
import { Sequence } from '../../async/sequence'
import type { FeatureSpace } from '../../shared/selectionProtocol'
import type { FeatureDefinition } from './featureDefinition'

export class LearningCache {
  /** Selections by such a rule are made one after another: each rests on all labels so far. */
  readonly selecting = new Sequence()
  /** Ids of prompts that the embedder does not take. */
  readonly notEmbedded = new Set<string>()
  private readonly definitions = new Map<number, FeatureDefinition>()
  private readonly rows = new Map<string, Float64Array>()
  private current: { id: string; space: FeatureSpace } | null = null

  /** The features that the last selection of a round was made by. */
  definition(round: number): FeatureDefinition | undefined {
    return this.definitions.get(round)
  }

  define(round: number, definition: FeatureDefinition): FeatureDefinition {
    this.definitions.set(round, definition)
    return definition
  }

  /** @param compute where the features are not those of the last call. */
  async space(id: string, compute: () => Promise<FeatureSpace>): Promise<FeatureSpace> {
    if (this.current?.id === id) return this.current.space
    const space = await compute()
    this.current = { id, space }
    this.rows.clear()
    return space
  }

  /** The features of a selection's candidates in the current space, where they are known. */
  features(selectionId: string): Float64Array | undefined {
    return this.rows.get(selectionId)
  }

  keep(selectionId: string, features: Float64Array): void {
    this.rows.set(selectionId, features)
  }

  /** Candidates were taken out of the journals. */
  forget(): void {
    this.definitions.clear()
    this.rows.clear()
    this.current = null
  }
}
