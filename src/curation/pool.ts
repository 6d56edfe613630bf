// The pool behind a selection, as a person may look at it: every candidate and what became of it.
import type { PoolEntry } from '../shared/editorProtocol'
import type { Curation } from './curation'

/**
 * In the order of the candidates' indices, which says nothing of their origin.
 * @throws FailureError `not-found` for a selection that is no longer there.
 */
export function poolOf({ store, round }: Curation, selectionId: string): PoolEntry[] {
  const selection = store.requireSelection(selectionId)
  const reasons = new Map(selection.removed.map(({ id, reason }) => [id, reason]))
  const selected = new Set(selection.candidateIds)
  return store.candidatesOf(selection.promptId, round).map(({ id, text }) => ({
    candidateId: id,
    text,
    fate: selected.has(id) ? 'selected' : (reasons.get(id) ?? 'kept'),
  }))
}
