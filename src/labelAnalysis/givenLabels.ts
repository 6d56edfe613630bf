// The labels of one annotator that an analysis reads.
import type { Curation } from '../curation/curation'
import { type Label, labelsOf } from '../curation/labelling/labels'

export interface GivenLabel extends Label {
  /** Not the first one of the selection: the annotator looked at it twice. */
  isGivenAgain: boolean
}

/** In prompt order, of all rounds; without skips, which say nothing. */
export function givenLabels(curation: Curation, annotator: string): GivenLabel[] {
  const { annotations } = curation.store
  return curation.rounds
    .flatMap((round) => labelsOf(curation, round, annotator))
    .filter(({ annotation }) => annotation.preference.kind !== 'skip')
    .map((label) => ({
      ...label,
      isGivenAgain: annotations.timesGiven(annotator, label.selection.id) > 1,
    }))
}
