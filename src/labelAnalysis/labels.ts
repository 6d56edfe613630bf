// The labels of one annotator that an analysis reads.
import type { Annotation, Selection } from '../shared/domain'
import type { Curation } from '../curation/curation'

export interface GivenLabel {
  selection: Selection
  annotation: Annotation
  /** Not the first one of the selection: the annotator looked at it twice. */
  isGivenAgain: boolean
}

/** In prompt order, of all rounds; without skips, which say nothing. */
export function labelsOf(curation: Curation, annotator: string): GivenLabel[] {
  const { annotations } = curation.store
  const standing = annotations.standing(annotator)
  return curation.rounds.flatMap((round) =>
    round.selections().flatMap((selection): GivenLabel[] => {
      const annotation = standing.get(selection.id)
      if (!annotation || annotation.preference.kind === 'skip') return []
      const isGivenAgain = annotations.timesGiven(annotator, selection.id) > 1
      return [{ selection, annotation, isGivenAgain }]
    }),
  )
}
