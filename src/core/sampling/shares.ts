// Which generator samples which candidate of a pool, when several share it.

/** What a sum of shares may lack of a whole number and still count as one. */
const ROUNDING = 1e-9

/**
 * The generator of each of `n` candidates, in the order of their indices: of the generators that
 * are owed a candidate, the one whose debt falls due first; ties go to the first. Whatever i ≤ n,
 * the first i candidates hold of each generator its share of i, give or take less than one; and a
 * larger n only adds to the end. (To take the generator that is furthest behind its share would
 * hold the second, but not the first, of more than two generators.)
 * @param shares positive weights; the share of generator g is `shares[g]` of their sum.
 */
export function assignShares(shares: readonly number[], n: number): number[] {
  const sum = shares.reduce((total, share) => total + share, 0)
  const counts = shares.map(() => 0)
  return Array.from({ length: n }, (_, i) => {
    let chosen = 0
    let earliest = Infinity
    for (const [g, share] of shares.entries()) {
      const count = counts[g] ?? 0
      if (count >= ((i + 1) * share) / sum - ROUNDING) continue // has all that it is owed
      const due = Math.ceil(((count + 1) * sum) / share - ROUNDING)
      if (due >= earliest) continue
      earliest = due
      chosen = g
    }
    counts[chosen] = (counts[chosen] ?? 0) + 1
    return chosen
  })
}
