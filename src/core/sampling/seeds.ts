// The seed of a candidate: a pure function of its identity, so interrupting generation does not
// change it.
// Invariant I9.
import { createHash } from 'node:crypto'

/** Odd, so that the map from index to seed is injective. */
const INDEX_STEP = 0x9e3779b1

/**
 * The unsigned 32-bit seed of candidate `index` (0-based) of a prompt in a round (1-based).
 * Different indices of one prompt and round have different seeds.
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
