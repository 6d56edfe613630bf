// Annotating a selection, and undoing that: each is one transaction of the store.
// Invariant I1.
import { randomUUID } from 'node:crypto'
import type { Preference } from '../shared/domain'
import type { Undone } from '../shared/curationViews'
import { mustFit } from './comparison'
import type { Curation } from './curation'
import { taskOf } from './tasks'

export interface Decision {
  selectionId: string
  preference: Preference
  milliseconds: number
  /** Candidate ids in the order in which they were shown. */
  shownOrder: string[]
  note: string
}

/**
 * Resolves when the annotation is flushed to disk; the data set follows in the background.
 * @throws FailureError `not-found` for a selection that another process took out of the journals;
 *   `bad-input` for a ranking that does not fit it.
 */
export async function annotate(
  curation: Curation,
  { selectionId, preference, milliseconds, shownOrder, note }: Decision,
): Promise<void> {
  const { store, annotator } = curation
  await store.transaction(async (transaction) => {
    const selection = store.selections.required(selectionId)
    mustFit(preference, selection.candidateIds)
    await transaction.appendAnnotation({
      kind: 'annotation',
      id: randomUUID(),
      selectionId,
      promptId: selection.promptId,
      annotator,
      preference,
      shownOrder,
      milliseconds,
      ...(note.trim() === '' ? {} : { note }),
      at: curation.now().toISOString(),
    })
  })
  curation.dataSet.update()
}

/**
 * Undoes this annotator's last standing annotation of a selection of the round that is shown.
 * @returns the task it belonged to and its note; null when there was no annotation.
 */
export async function undo(curation: Curation): Promise<Undone | null> {
  const { store, annotator, round } = curation
  const undone = await store.transaction(async (transaction) => {
    const shown = new Map(round.selections().map((selection) => [selection.id, selection]))
    const last = store.annotations.last(annotator, ({ selectionId }) => shown.has(selectionId))
    const selection = last && shown.get(last.selectionId)
    if (!selection) return null
    await transaction.appendAnnotation({
      kind: 'undo',
      id: randomUUID(),
      annotationId: last.id,
      annotator,
      at: curation.now().toISOString(),
    })
    return { selection, note: last.note ?? '' }
  })
  if (!undone) return null
  curation.dataSet.update()
  const task = taskOf(curation, undone.selection)
  return task && { task, note: undone.note }
}
