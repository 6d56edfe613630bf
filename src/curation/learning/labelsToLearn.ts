// The labels that a selection rule learns from, in the order of learning.
import type { Annotation } from '../../shared/domain'
import type { Curation } from '../curation'
import { type Label, labelsOf } from '../labels'

/**
 * The standing rankings and ties of everyone in `annotations/` on the selections of the round that
 * count, in the order of learning. Judges are not among them, and skips and “all bad” compare
 * nothing.
 */
export const labelsToLearn = (curation: Curation): Label[] =>
  curation.store.annotations.annotators
    .flatMap((name) => labelsOf(curation, curation.round, name))
    .filter(({ annotation }) => compares(annotation))
    .sort((one, other) => inOrder(one.annotation, other.annotation))

/** By time, then by id: the same order wherever journals were merged. */
export const inOrder = (one: Annotation, other: Annotation): number =>
  one.at === other.at ? (one.id < other.id ? -1 : 1) : one.at < other.at ? -1 : 1

const compares = ({ preference: { kind } }: Annotation): boolean =>
  kind === 'ranking' || kind === 'tie'
