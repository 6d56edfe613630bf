// What a process keeps between selections by a rule that learns: all of it can be computed again.
import { Sequence } from '../../async/sequence'
import type { FeatureSpace } from '../../shared/selectionProtocol'
import type { Curation } from '../curation'
import type { FeatureDefinition } from './featureDefinition'
import { KnownSpace } from './knownSpace'
import { LabelsToLearn } from './labelsToLearn'

export class LearningCache {
  /** Selections by such a rule are made one after another: each rests on all labels so far. */
  readonly selecting = new Sequence()
  /** Ids of prompts that the embedder does not take. */
  readonly notEmbedded = new Set<string>()
  private readonly labelsOfRounds = new Map<number, LabelsToLearn>()
  private readonly definitions = new Map<number, FeatureDefinition>()
  private current: { id: string; known: KnownSpace } | null = null

  /** Those of the round that is shown. */
  labels(curation: Curation): LabelsToLearn {
    const { number } = curation.round
    const known = this.labelsOfRounds.get(number) ?? new LabelsToLearn(curation)
    this.labelsOfRounds.set(number, known)
    return known
  }

  /** The features that the last selection of a round was made by. */
  definition(round: number): FeatureDefinition | undefined {
    return this.definitions.get(round)
  }

  define(round: number, definition: FeatureDefinition): FeatureDefinition {
    this.definitions.set(round, definition)
    return definition
  }

  /** @param compute where the features are not those of the last call. */
  async space(id: string, compute: () => Promise<FeatureSpace>): Promise<KnownSpace> {
    if (this.current?.id === id) return this.current.known
    const known = new KnownSpace(await compute())
    this.current = { id, known }
    return known
  }

  /** Candidates were taken out of the journals. */
  forget(): void {
    this.definitions.clear()
    this.current = null
  }
}
