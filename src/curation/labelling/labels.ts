// Labels: standing annotations with the selections that they decide.
import type { Annotation, Selection } from '../../shared/domain'
import type { Curation } from '../curation'
import type { Round } from '../round'

export interface Label {
  annotation: Annotation
  selection: Selection
}

/** Those of an annotator on the selections of a round that can be compared, in prompt order. */
export function labelsOf({ store }: Curation, round: Round, annotator: string): Label[] {
  const standing = store.annotations.standing(annotator)
  return round.selections().flatMap((selection): Label[] => {
    const annotation = standing.get(selection.id)
    return annotation ? [{ annotation, selection }] : []
  })
}
