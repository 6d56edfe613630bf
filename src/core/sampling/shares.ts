// Which of several generators samples which candidate of a pool.

/** Tolerance for the rounding of sums of shares. */
const ROUNDING = 1e-9

/**
 * The generator of each of `n` candidates, in order of their indices. For every i ≤ n, the first i
 * candidates contain each generator's share of i, to within less than one candidate; a larger n
 * only appends. Scheduled by earliest deadline: of the generators that may have another candidate,
 * the one that must have it first; ties go to the first. (Choosing the generator that is furthest
 * behind its share exceeds the bound with more than two generators.)
 * @param shares positive weights; generator g has the share `shares[g]` / sum.
 */
export function assignShares(shares: readonly number[], n: number): number[] {
  const sum = shares.reduce((total, share) => total + share, 0)
  const counts = shares.map(() => 0)
  return Array.from({ length: n }, (_, i) => {
    let chosen = 0
    let earliest = Infinity
    for (const [g, share] of shares.entries()) {
      const count = counts[g]!
      if (count >= ((i + 1) * share) / sum - ROUNDING) continue // has its share of the first i + 1
      const deadline = Math.ceil(((count + 1) * sum) / share - ROUNDING)
      if (deadline >= earliest) continue
      earliest = deadline
      chosen = g
    }
    counts[chosen]! += 1
    return chosen
  })
}
