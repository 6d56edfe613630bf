// Selection of the k candidates to annotate: the guard, then AEPO (or random choice, the baseline).
import { createHash } from 'node:crypto'
import { failureError } from '../../shared/errors'
import type { SelectParams, SelectResult } from '../../shared/engineProtocol'
import { bestOfAll, bestPair, bestSingle, bestTriple, isEnumerable } from './exactSearch'
import { guardPool } from './guard'
import { locallyBest } from './localSearch'
import { termsOf, weightsOf } from './objective'
import { type Similarities, similaritiesOf } from './similarity'

/**
 * Selects from one pool. The same pool gives the same selection: ties go to the candidates that
 * come first.
 *
 * `n` of the result is what the guard left; `k` is the number selected: all that are left where
 * fewer than the asked k are (0 for an empty pool), and the terms are those of the subset selected.
 * `exact` says whether no subset has a larger objective: always for k ≤ 3, for larger k where the
 * subsets are few; never claimed for method `random`. `candidateIds` are in pool order.
 * @throws FailureError `internal` when the vectors do not fit the pool or are not finite.
 */
export function selectCandidates({
  pool,
  vectors,
  dim,
  settings,
  repeatedTexts,
  seed,
}: SelectParams): SelectResult {
  if (vectors.length !== pool.length * dim)
    throw failureError(
      'internal',
      `${vectors.length} numbers are not ${pool.length} vectors of ${dim}.`,
    )
  if (!vectors.every(Number.isFinite))
    throw failureError('internal', 'A similarity vector holds a value that is not a number.')
  const { kept, removed } = guardPool(pool, {
    repeatedTexts,
    enabled: settings.guard,
    k: settings.k,
  })
  const similarities = similaritiesOf(rowsOf(vectors, dim, kept), dim)
  const k = Math.min(settings.k, kept.length)
  const ids = kept.map((place) => pool[place]?.id ?? '')
  const { subset, exact } =
    settings.method === 'random'
      ? { subset: randomSubset(ids, k, seed), exact: false }
      : bestSubset(similarities, k, settings.lambda)
  return {
    candidateIds: subset.map((index) => ids[index] ?? ''),
    method: settings.method,
    k,
    lambda: settings.lambda,
    n: kept.length,
    ...termsOf(similarities, subset, settings.lambda),
    exact,
    removed,
  }
}

/**
 * The subset of size k with the largest objective (ascending indices), and whether that is proven.
 */
export function bestSubset(
  similarities: Similarities,
  k: number,
  lambda: number,
): { subset: readonly number[]; exact: boolean } {
  const weights = weightsOf(similarities, k, lambda)
  if (k >= similarities.size)
    return { subset: Array.from({ length: similarities.size }, (_, i) => i), exact: true }
  if (k <= 0) return { subset: [], exact: true }
  if (k === 1) return { subset: bestSingle(weights), exact: true }
  if (k === 2) return { subset: bestPair(similarities, weights), exact: true }
  if (k === 3)
    return {
      subset: bestTriple(similarities, weights, locallyBest(similarities, weights, k)),
      exact: true,
    }
  if (isEnumerable(similarities.size, k))
    return { subset: bestOfAll(similarities, weights, k), exact: true }
  return { subset: locallyBest(similarities, weights, k), exact: false }
}

/**
 * k places whose ids, hashed with the seed, come first: a uniform choice that the order of the pool
 * does not change.
 */
function randomSubset(ids: readonly string[], k: number, seed: number): readonly number[] {
  const ranked = ids.map((id, place) => ({
    place,
    rank: createHash('sha256').update(`${seed}\n${id}`).digest('hex'),
  }))
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked
    .slice(0, k)
    .map(({ place }) => place)
    .sort((a, b) => a - b)
}

function rowsOf(vectors: Float32Array, dim: number, places: readonly number[]): Float32Array {
  const rows = new Float32Array(places.length * dim)
  places.forEach((place, i) => rows.set(vectors.subarray(place * dim, (place + 1) * dim), i * dim))
  return rows
}
