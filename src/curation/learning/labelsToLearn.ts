// The labels that a selection rule learns from, in the order of learning.
import type { Annotation } from '../../shared/domain'
import type { Curation } from '../curation'
import type { Label } from '../labelling/labels'
import { PerPrompt } from '../perPrompt'

/**
 * The standing rankings and ties of everyone in `annotations/` on the selections of a round that
 * count. Judges are not among them, and skips and “all bad” compare nothing. A change of the
 * journals reads only its prompts again.
 */
export class LabelsToLearn {
  private readonly perPrompt: PerPrompt<Label>
  private found: readonly Label[] = []
  private inOrder: readonly Label[] = []

  constructor({ round, store }: Pick<Curation, 'round' | 'store'>) {
    const { annotations } = store
    this.perPrompt = new PerPrompt(round.prompts, store, ['selections', 'annotations'], (id) =>
      round.comparable(id).flatMap((selection) =>
        annotations.annotators.flatMap((name): Label[] => {
          const annotation = annotations.standing(name).get(selection.id)
          return annotation && compares(annotation) ? [{ annotation, selection }] : []
        }),
      ),
    )
  }

  /** In the order of learning. */
  all(): readonly Label[] {
    const found = this.perPrompt.all()
    if (found !== this.found) {
      this.found = found
      this.inOrder = found.toSorted((one, other) => inOrder(one.annotation, other.annotation))
    }
    return this.inOrder
  }
}

/** By time, then by id: the same order wherever journals were merged. */
export const inOrder = (one: Annotation, other: Annotation): number =>
  one.at === other.at ? (one.id < other.id ? -1 : 1) : one.at < other.at ? -1 : 1

const compares = ({ preference: { kind } }: Annotation): boolean =>
  kind === 'ranking' || kind === 'tie'
