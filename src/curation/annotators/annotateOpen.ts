// Lets an annotator decide the open selections of a curation. Its annotations are journalled like
// those of a person.
import { shuffledOrder } from '../../core/annotation/order'
import type { Selection } from '../../shared/domain'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { annotate } from '../labelling/annotate'
import { comparisonOf } from '../labelling/comparison'
import { countDue } from '../learning/due'
import { openSelections, promptsFrom, selectAhead } from '../learning/selectAhead'
import type { Annotator } from './annotator'

export interface AnnotatedOpen {
  annotated: number
  /** Selections left open: the annotator had no opinion. */
  undecided: number
  /** Selections left open or not made: the budget was used up before them. */
  beyondBudget: number
}

/**
 * Annotates every selection of the round that the curation's annotator has not decided, at most up
 * to the budget, which each round has anew. Resolves when the data set shows it.
 * @param engine makes each selection by a rule that learns when the one before it is labelled;
 *   without it only the selections that are there are annotated.
 */
export async function annotateOpen(
  curation: Curation,
  annotator: Annotator,
  signal: AbortSignal,
  engine?: Engine,
): Promise<AnnotatedOpen> {
  const { round, store, settings } = curation
  const standing = store.annotations.standing(curation.annotator)
  const labelled = round.selections().filter(({ id }) => standing.has(id)).length
  const passedOver = new Set<string>()
  let left = settings.annotation.budget - labelled
  let annotated = 0
  let shown: string | null = null
  while (left > 0) {
    signal.throwIfAborted()
    if (engine && round.isJustInTime)
      await selectAhead(curation, engine, { signal, shown, ahead: 1, passedOver })
    const selection = nextOpen(curation, shown, passedOver)
    if (!selection) break
    shown = selection.promptId
    const comparison = comparisonOf(curation, selection)
    const preference = comparison && (await annotator(comparison, signal))
    if (!preference) {
      passedOver.add(selection.id)
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
    annotated++
    left--
  }
  await curation.dataSet.settled()
  const due = countDue(round)
  const open = round.prompts.flatMap((prompt) => openSelections(curation, prompt))
  return {
    annotated,
    undecided: passedOver.size,
    beyondBudget: open.length - passedOver.size + (left > 0 ? 0 : due.first + due.another),
  }
}

function nextOpen(
  curation: Curation,
  shown: string | null,
  passedOver: ReadonlySet<string>,
): Selection | undefined {
  for (const prompt of promptsFrom(curation.round.prompts, shown)) {
    const next = openSelections(curation, prompt).find(({ id }) => !passedOver.has(id))
    if (next) return next
  }
  return undefined
}
