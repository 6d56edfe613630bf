// The labels that a selection rule learns from, in the order of learning.
import type { Annotation, Selection } from '../../shared/domain'
import type { Curation } from '../curation'

export interface Label {
  annotation: Annotation
  selection: Selection
}

/**
 * The standing rankings and ties of everyone in `annotations/` on the selections of the round that
 * count, in the order of learning. Judges are not among them, and skips and “all bad” compare
 * nothing.
 */
export function labelsOf({ round, store: { annotations } }: Curation): Label[] {
  const standing = annotations.annotators.map((name) => annotations.standing(name))
  const labels = round.selections().flatMap((selection) =>
    standing.flatMap((own) => {
      const annotation = own.get(selection.id)
      return annotation && compares(annotation) ? [{ annotation, selection }] : []
    }),
  )
  return labels.sort((one, other) => inOrder(one.annotation, other.annotation))
}

/** By time, then by id: the same order wherever journals were merged. */
export const inOrder = (one: Annotation, other: Annotation): number =>
  one.at === other.at ? Math.sign(one.id < other.id ? -1 : 1) : one.at < other.at ? -1 : 1

const compares = ({ preference: { kind } }: Annotation): boolean =>
  kind === 'ranking' || kind === 'tie'
