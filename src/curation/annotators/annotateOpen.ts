// Lets an annotator decide the open selections of a curation. Its annotations are journalled like
// those of a person.
import { shuffledOrder } from '../../core/annotation/order'
import { annotate } from '../annotate'
import { comparisonOf } from '../comparison'
import type { Curation } from '../curation'
import type { Annotator } from './annotator'

export interface AnnotatedOpen {
  annotated: number
  /** Selections left open: the annotator had no opinion. */
  undecided: number
  /** Selections left open: the budget was used up before them. */
  beyondBudget: number
}

/**
 * Annotates every selection of the round that the curation's annotator has not decided, at most up
 * to the budget, which each round has anew. Resolves when the data set shows it.
 */
export async function annotateOpen(
  curation: Curation,
  annotator: Annotator,
  signal: AbortSignal,
): Promise<AnnotatedOpen> {
  const standing = curation.store.annotations.standing(curation.annotator)
  const selections = curation.round.selections()
  const open = selections.filter(({ id }) => !standing.has(id))
  const result = { annotated: 0, undecided: 0, beyondBudget: 0 }
  let left = curation.settings.annotation.budget - (selections.length - open.length)
  for (const selection of open) {
    if (left <= 0) {
      result.beyondBudget++
      continue
    }
    signal.throwIfAborted()
    const comparison = comparisonOf(curation, selection)
    const preference = comparison && (await annotator(comparison, signal))
    if (!preference) {
      result.undecided++
      continue
    }
    const { id, candidateIds } = selection
    await annotate(curation, {
      selectionId: id,
      preference,
      milliseconds: 0,
      shownOrder: shuffledOrder(id, curation.annotator, candidateIds),
      note: '',
    })
    result.annotated++
    left--
  }
  await curation.dataSet.settled()
  return result
}
