// The order in which a selection is shown: shuffled, so that no place favours a candidate, and the
// same whenever it is shown again.
import { createHash } from 'node:crypto'

/**
 * The candidates in an order fixed by selection and annotator, whatever order they come in; every
 * order is equally likely.
 */
export function shuffledOrder(
  selectionId: string,
  annotator: string,
  candidateIds: readonly string[],
): string[] {
  const ranked = candidateIds.map((id) => ({
    id,
    rank: createHash('sha256')
      .update(JSON.stringify([selectionId, annotator, id]))
      .digest('hex'),
  }))
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ id }) => id)
}
