// The seed of each candidate: a pure function of what names it, so that it is the same however
// generation was interrupted.
import { createHash } from 'node:crypto'

/** Odd, so that index → seed is one to one. */
const INDEX_STEP = 0x9e3779b1

/**
 * The unsigned 32-bit seed of candidate `index` (0-based) of a prompt in a round (1-based).
 * Different indices of one prompt and round never share a seed.
 */
export function candidateSeed(
  curationSeed: number,
  promptId: string,
  round: number,
  index: number,
): number {
  const base = createHash('sha256')
    .update(JSON.stringify([curationSeed, promptId, round]))
    .digest()
    .readUInt32LE(0)
  return (base + Math.imul(index, INDEX_STEP)) >>> 0
}
