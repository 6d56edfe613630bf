// The pool of a selection, as the editor shows it: each candidate, whether it was selected, and
// where it is among the others.
import { mapOf } from '../../core/selection/poolMap'
import type { PoolEntry, PoolMap } from '../../shared/curationViews'
import type { Curation } from '../curation'
import { embedderName } from '../engine'

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

/**
 * Of the candidates that have a vector; null for too few, or where all have the same. The first one
 * reads the index of the vectors, which takes seconds for a million candidates.
 * @throws FailureError as {@link poolOf}; of the file system; `busy` where another process replaced
 *   the vectors.
 */
export async function poolMapOf(
  { store, settings }: Curation,
  selectionId: string,
): Promise<PoolMap | null> {
  const { promptId, round } = store.selections.required(selectionId)
  const embeddings = await store.embeddings(embedderName(settings.embedder))
  const embedded = store.candidates.pool(promptId, round).filter((one) => embeddings.has(one))
  const map = embedded.length > 0 ? mapOf(embeddings.vectors(embedded), embeddings.dim) : null
  if (!map) return null
  const places = map.points.flatMap((point, index) => {
    const candidate = embedded[index]
    return candidate ? [[candidate.id, point] as const] : []
  })
  return { share: map.share, places: Object.fromEntries(places) }
}
