// The pool of a selection, as the editor shows it: each candidate, and whether it was selected.
import type { PoolEntry } from '../../shared/curationViews'
import type { Curation } from '../curation'

/**
 * In the order of the candidates' indices, which does not depend on their origin.
 * @throws FailureError `not-found` for a selection that no longer exists.
 */
export function poolOf({ store }: Curation, selectionId: string): PoolEntry[] {
  const { promptId, round, candidateIds, removed } = store.selections.required(selectionId)
  const reasons = new Map(removed.map(({ id, reason }) => [id, reason]))
  const selected = new Set(candidateIds)
  return store.candidates.pool(promptId, round).map(({ id, text }) => ({
    candidateId: id,
    text,
    outcome: selected.has(id) ? 'selected' : (reasons.get(id) ?? 'kept'),
  }))
}
