// Batches of texts for an embedding model: a batch holds texts of equal token counts, so that
// nothing is padded.
import { inChunks } from '../chunks'

export interface Batch {
  /** Tokens per text. */
  length: number
  /** Indices in the list of lengths. */
  members: number[]
}

/**
 * Batches in order of length, each of at most `tokenBudget` tokens or of a single text. The longest
 * come first, so that several who share them end at the same time.
 */
export function batchesByLength(lengths: readonly number[], tokenBudget: number): Batch[] {
  const groups = new Map<number, number[]>()
  lengths.forEach((length, index) => {
    const group = groups.get(length)
    if (group) group.push(index)
    else groups.set(length, [index])
  })
  return [...groups]
    .sort(([a], [b]) => b - a)
    .flatMap(([length, members]) => {
      const size = Math.max(1, Math.floor(tokenBudget / Math.max(1, length)))
      return inChunks(members, size).map((chunk) => ({ length, members: chunk }))
    })
}
