// e^x for x ≤ 0 by additions and multiplications only, so that sampled tokens do not depend on the
// math library of the platform.

/** Table entries per halving. */
const STEPS = 64
const HALVINGS = 52
const SCALE = -92.33248261689366 // −STEPS / ln 2
const STEP = 0.010830424696249145 // ln 2 / STEPS

/** Below this, e^x is less than 2⁻⁵² of the largest weight and counts as 0. */
export const LOWEST_EXPONENT = (-HALVINGS * STEPS) / -SCALE

const TABLE = halvingTable()

/**
 * TABLE[i] = 2^(−i / STEPS), from square roots, which IEEE 754 requires to be correctly rounded.
 */
function halvingTable(): Float64Array {
  const table = new Float64Array(HALVINGS * STEPS + 1)
  const roots: number[] = []
  for (let root = Math.sqrt(0.5), size = STEPS / 2; size >= 1; size /= 2, root = Math.sqrt(root))
    roots.push(root)
  for (let i = 0; i < table.length; i++) {
    let value = 1
    for (let bit = 0; bit < roots.length; bit++) if (i & ((STEPS / 2) >> bit)) value *= roots[bit]!
    for (let halving = 0; halving < Math.floor(i / STEPS); halving++) value *= 0.5
    table[i] = value
  }
  return table
}

/**
 * e^x for x ≤ 0 with a relative error under 2·10⁻¹²; 1 at 0; 0 below {@link LOWEST_EXPONENT} and
 * for NaN.
 */
export function expOfNegative(x: number): number {
  if (!(x > LOWEST_EXPONENT)) return 0
  const scaled = x * SCALE
  const entry = scaled | 0
  const rest = (entry - scaled) * STEP
  const square = rest * rest
  return TABLE[entry]! * (1 + rest + square * (0.5 + rest * (1 / 6) + square * (1 / 24)))
}
