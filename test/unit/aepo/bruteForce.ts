// Reference implementations for the search: the objective by its formula, and the optimum by
// enumeration.

const similarity = (rows: number[][], i: number, j: number): number =>
  i === j
    ? 0
    : (rows[i] ?? []).reduce(
        (sum, value, d) => sum + Math.fround(value) * Math.fround(rows[j]?.[d] ?? 0),
        0,
      )

/** objective(X) in a pool of N rows, by the formula. */
export function objective(rows: number[][], subset: readonly number[], lambda: number): number {
  const n = rows.length
  const k = subset.length
  let representativeness = 0
  let redundancy = 0
  for (const i of subset) {
    for (let j = 0; j < n; j++) representativeness += similarity(rows, i, j)
    for (const j of subset) if (i !== j) redundancy += similarity(rows, i, j)
  }
  return (
    (n > 1 && k > 0 ? representativeness / ((n - 1) * k) : 0) -
    (k > 1 ? (lambda * redundancy) / (k * (k - 1)) : 0)
  )
}

/** All subsets of size k of 0…n−1, in lexicographic order. */
function subsets(n: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]]
  const all: number[][] = []
  for (let first = from; first <= n - k; first++)
    for (const rest of subsets(n, k - 1, first + 1)) all.push([first, ...rest])
  return all
}

/** The lexicographically first subset whose objective ties with the largest. */
export function optimum(
  rows: number[][],
  k: number,
  lambda: number,
): { subset: number[]; value: number } {
  const scored = subsets(rows.length, k).map((subset) => ({
    subset,
    value: objective(rows, subset, lambda),
  }))
  const best = Math.max(...scored.map(({ value }) => value))
  return scored.find(({ value }) => value >= best - 1e-9) ?? { subset: [], value: 0 }
}

export const flat = (rows: number[][]): Float32Array => Float32Array.from(rows.flat())
