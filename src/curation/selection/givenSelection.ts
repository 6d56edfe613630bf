// Selections that no method made: two candidates that were given.
import { selectionId, textHash } from '../../core/formats/ids'
import type { After, Candidate, Selection } from '../../shared/domain'

/**
 * @param pair of one pool, in the order of the selection.
 * @param after the selections of the prompt that come before it, if any.
 */
export function givenSelection(
  pair: readonly [Candidate, Candidate],
  after: After | undefined,
): Selection {
  const [{ promptId, round }] = pair
  const content: Omit<Selection, 'id'> = {
    promptId,
    round,
    candidateIds: pair.map(({ id }) => id),
    textHashes: pair.map(({ text }) => textHash(text)),
    method: 'given',
    k: 2,
    lambda: 0,
    guard: false,
    n: 2,
    objective: 0,
    representativeness: 0,
    redundancy: 0,
    exact: true,
    removed: [],
    ...(after ? { after } : {}),
  }
  return { id: selectionId(content), ...content }
}
