// The pool of a selection, as the editor shows it: each candidate, whether it was selected, and
// where it is among the others.
import { type MapPoint, mapOf } from '../../core/selection/poolMap'
import type { PoolView } from '../../shared/curationViews'
import type { Candidate } from '../../shared/domain'
import type { Curation } from '../curation'
import { embedderName } from '../engine'

/**
 * In the order of the candidates' indices, which does not depend on their origin.
 * @throws FailureError `not-found` for a selection that no longer exists; of the file system, and
 *   `busy` where another process replaced the vectors.
 */
export async function poolOf(curation: Curation, selectionId: string): Promise<PoolView> {
  const { store } = curation
  const { promptId, round, candidateIds, removed } = store.selections.required(selectionId)
  const reasons = new Map(removed.map(({ id, reason }) => [id, reason]))
  const selected = new Set(candidateIds)
  const pool = store.candidates.pool(promptId, round)
  const { points, share } = await mapped(curation, pool)
  return {
    entries: pool.map(({ id, text }) => ({
      candidateId: id,
      text,
      outcome: selected.has(id) ? 'selected' : (reasons.get(id) ?? 'kept'),
      at: points.get(id) ?? null,
    })),
    share,
  }
}

/** Of the candidates that have a vector; a rule that needs none leaves none. */
async function mapped(
  { store, settings }: Curation,
  pool: readonly Candidate[],
): Promise<{ points: ReadonlyMap<string, MapPoint>; share: number | null }> {
  const embeddings = await store.embeddings(embedderName(settings.embedder))
  const embedded = pool.filter((one) => embeddings.has(one))
  const map = embedded.length > 0 ? mapOf(embeddings.vectors(embedded), embeddings.dim) : null
  const points = (map?.points ?? []).flatMap((point, place) => {
    const candidate = embedded[place]
    return candidate ? [[candidate.id, point] as const] : []
  })
  return { points: new Map(points), share: map?.share ?? null }
}
