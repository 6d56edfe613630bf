// Counter-based random numbers: the number at a position of a stream is a pure function of seed and
// position.

/**
 * Multipliers and Weyl increments of Philox 4x32 (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", SC11).
 */
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85
const ROUNDS = 10

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carried = aLow * bHigh + (middle % 0x10000)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000)) >>> 0
}

/**
 * Philox4x32-10: four unsigned 32-bit words from a counter of four words and a key of two. Bit for
 * bit the published generator.
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0)
    const low0 = Math.imul(MULTIPLIER_0, c0)
    const high1 = multiplyHigh(MULTIPLIER_1, c2)
    const low1 = Math.imul(MULTIPLIER_1, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1 >>> 0
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0 >>> 0
    k0 = (k0 + WEYL_0) >>> 0
    k1 = (k1 + WEYL_1) >>> 0
  }
  return [c0, c1, c2, c3]
}

/**
 * The uniform number in [0, 1), a multiple of 2⁻⁵³, at `position` (0-based) of the stream of `seed`
 * (unsigned 32-bit).
 */
export function uniform(seed: number, position: number): number {
  const [a, b] = philox([position, 0, 0, 0], [seed, 0])
  return ((a >>> 5) * 0x4000000 + (b >>> 6)) / 0x20000000000000
}
