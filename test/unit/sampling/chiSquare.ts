// Pearson's chi-square statistic, and a bound that a correct sampler exceeds in one of a million
// runs.

/**
 * The statistic of `counts` against `probabilities`, and its degrees of freedom. A count with
 * probability 0 makes it infinite.
 */
export function chiSquareOf(
  counts: readonly number[],
  probabilities: readonly number[],
): { statistic: number; freedom: number } {
  const draws = counts.reduce((a, b) => a + b, 0)
  let statistic = 0
  let freedom = -1
  counts.forEach((count, i) => {
    const expected = draws * (probabilities[i] ?? 0)
    if (expected === 0) statistic += count === 0 ? 0 : Infinity
    else {
      statistic += (count - expected) ** 2 / expected
      freedom++
    }
  })
  return { statistic, freedom: Math.max(freedom, 0) }
}

/** Quantile 1 − 10⁻⁶ by Wilson and Hilferty's approximation. */
export function chiSquareBound(freedom: number): number {
  if (freedom === 0) return 1e-9
  const z = 4.753424
  const spread = 2 / (9 * freedom)
  return freedom * (1 - spread + z * Math.sqrt(spread)) ** 3
}
