// The rules by their definitions: enumeration of subsets, determinants by permutations.
import { inverse, Matrix } from 'ml-matrix'
import { objective } from '../aepo/bruteForce'

const TIE = 1e-9

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, d) => sum + Math.fround(value) * Math.fround(b[d] ?? 0), 0)

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

/** The first index that ties with the largest value. */
function first(values: readonly number[], isFree: (i: number) => boolean): number {
  const largest = Math.max(...values.filter((_, i) => isFree(i)))
  return values.findIndex((value, i) => isFree(i) && value >= largest - TIE)
}

/** Greedy: `k` times the free index with the largest value. */
function greedy(
  size: number,
  k: number,
  value: (candidate: number, members: readonly number[]) => number,
): number[] {
  const members: number[] = []
  while (members.length < k) {
    const values = indices(size).map((i) => value(i, members))
    members.push(first(values, (i) => !members.includes(i)))
  }
  return ascending(members)
}

function subsets(size: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]]
  return indices(size)
    .slice(from, size - k + 1)
    .flatMap((head) => subsets(size, k - 1, head + 1).map((rest) => [head, ...rest]))
}

const meanSimilarity = (rows: readonly number[][], i: number): number =>
  rows.reduce((sum, row, j) => (i === j ? sum : sum + dot(rows[i] ?? [], row)), 0)

export function farthest(rows: number[][], k: number): number[] {
  const all = subsets(rows.length, k)
  // the redundancy of AEPO is the mean similarity within the subset
  const apart = all.map((subset) => objective(rows, subset, 1) - objective(rows, subset, 0))
  return all[first(apart, () => true)] ?? []
}

export const kCentre = (rows: readonly number[][], k: number): number[] =>
  greedy(rows.length, k, (i, members) =>
    members.length === 0
      ? meanSimilarity(rows, i)
      : Math.min(...members.map((member) => -dot(rows[i] ?? [], rows[member] ?? []))),
  )

/** The largest distance of a row to the nearest member. */
export const radius = (rows: readonly number[][], subset: readonly number[]): number =>
  Math.max(
    ...rows.map((row) =>
      Math.min(
        ...subset.map((member) => Math.hypot(...row.map((x, d) => x - (rows[member]?.[d] ?? 0)))),
      ),
    ),
  )

export const smallestRadius = (rows: readonly number[][], k: number): number =>
  Math.min(...subsets(rows.length, k).map((subset) => radius(rows, subset)))

/** By expansion along the first row. */
function determinant(matrix: readonly number[][]): number {
  const [head, ...rest] = matrix
  if (head === undefined) return 1
  return head.reduce(
    (sum, value, column) =>
      sum +
      (column % 2 === 0 ? 1 : -1) *
        value *
        determinant(rest.map((row) => row.filter((_, other) => other !== column))),
    0,
  )
}

/** det of S_ij with S_ii = 1, for a subset. */
const volume = (rows: readonly number[][], subset: readonly number[]): number =>
  determinant(
    subset.map((i) => subset.map((j) => (i === j ? 1 : dot(rows[i] ?? [], rows[j] ?? [])))),
  )

/** What a candidate adds to log det of q_i·S_ij·q_j; −∞ where no volume is left. */
function addition(rows: readonly number[][], members: readonly number[], i: number): number {
  const share = volume(rows, [...members, i]) / volume(rows, members)
  const quality = meanSimilarity(rows, i) / Math.max(1, rows.length - 1)
  return share > 1e-5 ? Math.log(share) + quality : -Infinity
}

export const kDpp = (rows: readonly number[][], k: number): number[] =>
  greedy(rows.length, k, (i, members) => addition(rows, members, i))

/** dᵀ·M·d of the difference of two rows. */
function squaredNorm(
  rows: readonly number[][],
  matrix: readonly number[][],
  i: number,
  j: number,
): number {
  const d = (rows[i] ?? []).map((value, place) => value - (rows[j]?.[place] ?? 0))
  return d.reduce(
    (sum, value, a) => sum + value * d.reduce((s, v, b) => s + (matrix[a]?.[b] ?? 0) * v, 0),
    0,
  )
}

/** Σ of the variances of all rewards before a comparison of i and j, less that after it. */
function lessVariance(
  rows: readonly number[][],
  mean: readonly number[],
  covariance: readonly number[][],
  [i = 0, j = 0]: readonly number[],
): number {
  const d = Matrix.columnVector(
    (rows[i] ?? []).map((value, place) => value - (rows[j]?.[place] ?? 0)),
  )
  const before = new Matrix(covariance.map((row) => [...row]))
  const share =
    1 / (1 + Math.exp(-d.to1DArray().reduce((sum, x, a) => sum + x * (mean[a] ?? 0), 0)))
  const information = Math.max(share * (1 - share), 0.02)
  const after = inverse(inverse(before).add(d.mmul(d.transpose()).mul(information)))
  const phi = new Matrix(rows.map((row) => [...row]))
  return phi.mmul(before.sub(after)).mmul(phi.transpose()).trace()
}

export function vOptimal(
  rows: number[][],
  mean: number[],
  covariance: number[][],
  k: number,
): number[] {
  const less = (pair: readonly number[]): number => lessVariance(rows, mean, covariance, pair)
  const pairs = subsets(rows.length, 2)
  const members = [...(pairs[first(pairs.map(less), () => true)] ?? [])]
  while (members.length < k) {
    const values = rows.map((_, i) => members.reduce((sum, member) => sum + less([member, i]), 0))
    members.push(first(values, (i) => !members.includes(i)))
  }
  return ascending(members)
}

export function dOptimal(rows: number[][], covariance: number[][], k: number): number[] {
  const norm = (i: number, j: number): number => squaredNorm(rows, covariance, i, j)
  if (k === 1) return [0]
  const pairs = subsets(rows.length, 2)
  const pair =
    pairs[
      first(
        pairs.map(([i = 0, j = 0]) => norm(i, j)),
        () => true,
      )
    ] ?? []
  return greedy(rows.length, k, (i, members) => {
    const [next] = pair.filter((one) => !members.includes(one))
    if (next !== undefined) return i === next ? Infinity : 0
    return members.reduce((sum, member) => sum + norm(i, member), 0)
  })
}

const rewardsOf = (rows: number[][], mean: number[]): number[] =>
  rows.map((row) => row.reduce((sum, x, d) => sum + x * (mean[d] ?? 0), 0))

export function adaptive(
  rows: number[][],
  mean: number[],
  covariance: number[][],
  k: number,
): number[] {
  const rewards = rewardsOf(rows, mean)
  const best = first(rewards, () => true)
  return greedy(rows.length, k, (j, members) =>
    members.length === 0
      ? Number(j === best)
      : Math.sqrt(squaredNorm(rows, covariance, best, j)) -
        ((rewards[best] ?? 0) - (rewards[j] ?? 0)),
  )
}

export function uncertain(rows: number[][], mean: number[], k: number): number[] {
  const rewards = rewardsOf(rows, mean)
  const best = first(rewards, () => true)
  return greedy(rows.length, k, (j, members) =>
    members.length === 0 ? Number(j === best) : -(rewards[j] ?? 0),
  )
}
