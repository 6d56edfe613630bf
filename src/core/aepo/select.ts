// Selects the k candidates to annotate: the guard, then AEPO or the random baseline.
// Invariant I12.
import * as l10n from '@vscode/l10n'
import { createHash } from 'node:crypto'
import { failureError } from '../../shared/errors'
import type { SelectParams, SelectResult } from '../../shared/engineProtocol'
import { bestOfAll, bestPair, bestSingle, bestTriple, isEnumerable } from './exactSearch'
import { guardPool } from './guard'
import { locallyBest } from './localSearch'
import { termsOf, weightsOf } from './objective'
import { type Similarities, similaritiesOf } from './similarity'

/**
 * Selects from one pool. The same pool always gives the same selection; ties go to the first
 * candidates.
 *
 * In the result, `n` is the number of candidates after the guard and `k` the number selected, which
 * is smaller than the requested k if fewer candidates remain. The terms are those of the selected
 * subset. `exact` says whether the subset is proven optimal: always for k ≤ 3, for larger k if the
 * subsets can be enumerated, never for method `random`. `candidateIds` are in pool order.
 * @throws FailureError `internal` if the vectors do not match the pool or are not finite.
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
      l10n.t`${vectors.length} numbers are not ${pool.length} vectors of ${dim}.`,
    )
  if (!vectors.every(Number.isFinite))
    throw failureError(
      'internal',
      l10n.t('A similarity vector holds a value that is not a number.'),
    )
  const { kept, removed } = guardPool(pool, {
    repeatedTexts,
    enabled: settings.guard,
    k: settings.k,
  })
  const similarities = similaritiesOf(rowsOf(vectors, dim, kept), dim)
  const k = Math.min(settings.k, kept.length)
  const ids = kept.map((index) => pool[index]!.id)
  const { subset, exact } =
    settings.method === 'random'
      ? { subset: randomSubset(ids, k, seed), exact: false }
      : bestSubset(similarities, k, settings.lambda)
  return {
    candidateIds: subset.map((index) => ids[index]!),
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
 * The best subset of size k that was found (ascending indices), and whether it is proven optimal.
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
 * The k candidates whose ids, hashed with the seed, sort first: a uniform choice that does not
 * depend on the order of the pool.
 */
function randomSubset(ids: readonly string[], k: number, seed: number): readonly number[] {
  const ranked = ids.map((id, index) => ({
    index,
    rank: createHash('sha256').update(`${seed}\n${id}`).digest('hex'),
  }))
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked
    .slice(0, k)
    .map(({ index }) => index)
    .sort((a, b) => a - b)
}

function rowsOf(vectors: Float32Array, dim: number, indices: readonly number[]): Float32Array {
  const rows = new Float32Array(indices.length * dim)
  indices.forEach((index, i) => rows.set(vectors.subarray(index * dim, (index + 1) * dim), i * dim))
  return rows
}
