// Reproducible random numbers for tests.

/** Numbers in [0, 1), by a linear congruential generator. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
