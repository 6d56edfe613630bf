// What may be read of a curation's selections and annotations. For its candidates see
// candidateIndex.ts.
import type { Annotation, Selection } from '../shared/domain'

export interface Selections {
  /** Every selection in the journal, also those that later ones replaced. */
  all(): Iterable<Selection>
  /** Undefined also for a selection whose candidates have other texts now. */
  selection(id: string): Selection | undefined
  /** @throws FailureError `not-found` where {@link selection} is undefined. */
  required(id: string): Selection
  /**
   * The selection of a pool that is shown: the latest with a standing annotation of any annotator,
   * else the latest. A selection whose candidates have other texts now does not count, and neither
   * do its annotations: they were about the earlier texts.
   */
  current(promptId: string, round: number): Selection | undefined
}

export interface Annotations {
  /** Everyone whose journal holds a record, sorted. */
  readonly annotators: string[]
  /** Standing annotations by selection id; empty for an unknown annotator. */
  standing(annotator: string): ReadonlyMap<string, Annotation>
  /** The annotator's last annotation that is not undone, of those that `counts`. */
  last(annotator: string, counts: (annotation: Annotation) => boolean): Annotation | undefined
  /** Whether any annotator's annotation of this selection stands. */
  isAnnotated(selectionId: string): boolean
}
