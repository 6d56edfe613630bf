// Annotating a selection, and undoing that: each is one transaction of the store.
// Invariant I1.
import { randomUUID } from 'node:crypto'
import type { Annotation, AnnotationRecord, Edit, Preference, Selection } from '../../shared/domain'
import type { Undone } from '../../shared/curationViews'
import { mustEdit, mustFit } from './comparison'
import type { Curation } from '../curation'
import { taskOf } from './tasks'

export interface Decision {
  selectionId: string
  preference: Preference
  edit?: Edit
  milliseconds: number
  /** Candidate ids in the order in which they were shown. */
  shownOrder: string[]
  note: string
}

/**
 * Resolves when the annotation is flushed to disk; the data set follows in the background.
 * @throws FailureError `not-found` for a selection that another process took out of the journals;
 *   `bad-input` for a ranking or an edit that does not fit it.
 */
export async function annotate(curation: Curation, decision: Decision): Promise<void> {
  const { store } = curation
  await store.transaction(async (transaction) => {
    const selection = store.selections.required(decision.selectionId)
    mustFit(decision.preference, selection.candidateIds)
    if (decision.edit) mustEdit(decision.edit, decision.preference, selection.candidateIds)
    await transaction.appendAnnotation(annotationOf(curation, selection, decision))
  })
  curation.dataSet.update()
}

/**
 * Undoes this annotator's last standing annotation of a selection of the round that is shown.
 * @returns the task it belonged to, its note and its edit; null when there was no annotation.
 */
export async function undo(curation: Curation): Promise<Undone | null> {
  const { store, annotator, round } = curation
  const undone = await store.transaction(async (transaction) => {
    const shown = new Map(round.selections().map((selection) => [selection.id, selection]))
    const last = store.annotations.last(annotator, ({ selectionId }) => shown.has(selectionId))
    const selection = last && shown.get(last.selectionId)
    if (!selection) return null
    await transaction.appendAnnotation(undoOf(curation, last.id))
    return { selection, note: last.note ?? '', edit: last.edit ?? null }
  })
  if (!undone) return null
  curation.dataSet.update()
  const { selection, ...given } = undone
  const task = taskOf(curation, selection)
  return task && { task, ...given }
}

/** The record of a decision of this annotator, made now. */
export function annotationOf(
  curation: Pick<Curation, 'annotator' | 'now'>,
  { id: selectionId, promptId }: Pick<Selection, 'id' | 'promptId'>,
  { preference, edit, shownOrder, milliseconds, note }: Omit<Decision, 'selectionId'>,
): Annotation {
  return {
    kind: 'annotation',
    id: randomUUID(),
    selectionId,
    promptId,
    annotator: curation.annotator,
    preference,
    ...(edit === undefined ? {} : { edit }),
    shownOrder,
    milliseconds,
    ...(note.trim() === '' ? {} : { note }),
    at: curation.now().toISOString(),
  }
}

/** The record that takes an annotation of this annotator back. */
export const undoOf = (
  curation: Pick<Curation, 'annotator' | 'now'>,
  annotationId: string,
): AnnotationRecord => ({
  kind: 'undo',
  id: randomUUID(),
  annotationId,
  annotator: curation.annotator,
  at: curation.now().toISOString(),
})
