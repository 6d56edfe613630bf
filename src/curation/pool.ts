// The pool behind a selection, as a person may look at it: every candidate and what became of it.
import type { PoolEntry } from '../shared/editorProtocol'
import type { Curation } from './curation'

/**
 * In the order of the candidates' indices, which says nothing of their origin.
 * @throws FailureError `not-found` for a selection that is no longer there.
 */
export function poolOf({ store }: Curation, selectionId: string): PoolEntry[] {
  const { promptId, round, candidateIds, removed } = store.selections.required(selectionId)
  const reasons = new Map(removed.map(({ id, reason }) => [id, reason]))
  const selected = new Set(candidateIds)
  return store.candidates.pool(promptId, round).map(({ id, text }) => ({
    candidateId: id,
    text,
    fate: selected.has(id) ? 'selected' : (reasons.get(id) ?? 'kept'),
  }))
}
