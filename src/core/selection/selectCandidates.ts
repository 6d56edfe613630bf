// Selects the k candidates to annotate: the guard, then a rule.
// Invariant I12.
import * as l10n from '@vscode/l10n'
import type { SelectParams, SelectResult } from '../../shared/selectionProtocol'
import { failureError } from '../../shared/errors'
import { termsOf } from '../aepo/objective'
import { similaritiesOf } from '../aepo/similarity'
import { guardPool } from './guard'
import { chooseByLabels } from './chooseByLabels'
import { HeldLabels } from './heldLabels'
import { isLabelMethod, VECTOR_RULES } from './rules'

/**
 * Selects from one pool. The same pool always gives the same selection, by a rule that learns the
 * same pool and labels; ties go to the first candidates. Without labels AEPO selects for a rule
 * that learns.
 *
 * In the result, `n` is the number of candidates after the guard and `k` the number selected, which
 * is smaller than the requested k if fewer candidates remain. The terms are those of the selected
 * subset, whatever the method, so that methods can be compared. `exact` says whether the method's
 * own objective is proven optimal. `candidateIds` are in pool order.
 * @param held the labels that `learned` names.
 * @throws FailureError `internal` if the vectors do not match the pool or are not finite;
 *   `engine-died` for labels that are not held.
 */
export function selectCandidates(
  { pool, vectors, dim, settings, repeatedTexts, seed, learned }: SelectParams,
  held = new HeldLabels(),
): SelectResult {
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
  const { method, lambda, guard } = settings
  const { kept, removed } = guardPool(pool, { repeatedTexts, enabled: guard, k: settings.k })
  const rows = rowsOf(vectors, dim, kept)
  const similarities = similaritiesOf(rows, dim)
  const k = Math.min(settings.k, kept.length)
  const ids = kept.map((index) => pool[index]!.id)
  const texts = kept.map((index) => pool[index]!.text)
  const vectorPool = { ids, similarities, lambda, seed }
  const { subset, exact } = !isLabelMethod(method)
    ? VECTOR_RULES[method].choose(vectorPool, k)
    : learned
      ? chooseByLabels(method, { texts, vectors: rows, dim }, learned, k, held)
      : VECTOR_RULES.aepo.choose(vectorPool, k)
  return {
    candidateIds: subset.map((index) => ids[index]!),
    method,
    k,
    lambda,
    n: kept.length,
    ...termsOf(similarities, subset, lambda),
    exact,
    removed,
  }
}

function rowsOf(vectors: Float32Array, dim: number, indices: readonly number[]): Float32Array {
  const rows = new Float32Array(indices.length * dim)
  indices.forEach((index, i) => rows.set(vectors.subarray(index * dim, (index + 1) * dim), i * dim))
  return rows
}
