// Texts grouped for an embedding model: equal token counts together, so that nothing is padded.
import { inChunks } from '../chunks'

export interface Batch {
  /** Tokens per text. */
  length: number
  /** Places in the list that was grouped. */
  members: number[]
}

/**
 * Batches of texts of one length, the shortest first, none over `tokenBudget` tokens (but for a
 * single text over it).
 */
export function batchesByLength(lengths: readonly number[], tokenBudget: number): Batch[] {
  const groups = new Map<number, number[]>()
  lengths.forEach((length, place) => {
    const group = groups.get(length)
    if (group) group.push(place)
    else groups.set(length, [place])
  })
  return [...groups]
    .sort(([a], [b]) => a - b)
    .flatMap(([length, members]) => {
      const size = Math.max(1, Math.floor(tokenBudget / Math.max(1, length)))
      return inChunks(members, size).map((chunk) => ({ length, members: chunk }))
    })
}
