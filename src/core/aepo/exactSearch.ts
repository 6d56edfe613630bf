// Proven optima: one candidate, pairs, triples, and all subsets where there are few enough.
import { Leader } from './leader'
import type { Weights } from './objective'
import type { Similarities } from './similarity'

/** Largest number of subsets times k² that is enumerated: about a quarter of a second. */
const ENUMERATION_LIMIT = 2 ** 24

/** Whether all subsets of size k out of n are few enough to look at each. */
export function isEnumerable(n: number, k: number): boolean {
  let subsets = 1
  for (let i = 1; i <= Math.min(k, n - k); i++) {
    subsets = (subsets * (n - i + 1)) / i
    if (subsets * k * k > ENUMERATION_LIMIT) return false
  }
  return k * k <= ENUMERATION_LIMIT
}

/** The best single candidate; O(N). */
export function bestSingle(weights: Weights): readonly number[] {
  const leader = new Leader()
  weights.member.forEach((value, i) => {
    if (value > leader.value) leader.offer(value, [i])
  })
  return leader.subset
}

/** The best pair by the given weights; O(N²) similarities, none of them kept. */
export function bestPair(similarities: Similarities, { member, pair }: Weights): readonly number[] {
  const leader = new Leader()
  let best = -Infinity
  similarities.forEachRow((i, row) => {
    const own = member[i] as number
    for (let j = i + 1; j < similarities.size; j++) {
      const value = own + (member[j] as number) - pair * (row[j] as number)
      // Pairs come in lexicographic order: an equal one later changes nothing.
      if (value > best) {
        leader.offer(value, [i, j])
        best = leader.value
      }
    }
  })
  return leader.subset
}

/**
 * The best triple, given a good one to start from.
 *
 * With edge_ij = (member_i + member_j)/2 − pair·S_ij the objective of a triple is the sum of its
 * three edges, so its largest edge is at least a third of it. Only such edges are extended by a
 * third candidate, and only where the best edges at both ends would be enough. About O(N²) in
 * practice; O(N³) when most triples are as good as the best.
 */
export function bestTriple(
  similarities: Similarities,
  { member, pair }: Weights,
  start: readonly number[],
): readonly number[] {
  const { size } = similarities
  const edge = (i: number, j: number, similarity: number): number =>
    ((member[i] as number) + (member[j] as number)) / 2 - pair * similarity
  const bestEdge = new Float64Array(size).fill(-Infinity)
  similarities.forEachRow((i, row) => {
    for (let j = i + 1; j < size; j++) {
      const weight = edge(i, j, row[j] as number)
      if (weight > (bestEdge[i] as number)) bestEdge[i] = weight
      if (weight > (bestEdge[j] as number)) bestEdge[j] = weight
    }
  })
  const leader = new Leader()
  const [a, b, c] = start as [number, number, number]
  leader.offer(
    edge(a, b, similarities.at(a, b)) +
      edge(a, c, similarities.at(a, c)) +
      edge(b, c, similarities.at(b, c)),
    start,
  )

  similarities.forEachRow((i, upper) => {
    if (leader.isBeyond(3 * (bestEdge[i] as number), () => smallestTripleWith(i))) return
    let own: Float64Array | undefined
    for (let j = i + 1; j < size; j++) {
      const largest = edge(i, j, upper[j] as number)
      const bound =
        largest +
        Math.min(largest, bestEdge[i] as number) +
        Math.min(largest, bestEdge[j] as number)
      if (leader.isBeyond(bound, () => smallestTripleWith(i, j))) continue
      own ??= Float64Array.from(similarities.row(i))
      const other = similarities.row(j)
      let floor = leader.floor
      for (let l = 0; l < size; l++) {
        if (l === i || l === j) continue
        const value = largest + edge(i, l, own[l] as number) + edge(j, l, other[l] as number)
        if (value >= floor) {
          leader.offer(value, ascending(i, j, l))
          floor = leader.floor
        }
      }
    }
  })
  return leader.subset
}

/** The best subset of size k by looking at all of them, in lexicographic order. */
export function bestOfAll(
  similarities: Similarities,
  { member, pair }: Weights,
  k: number,
): readonly number[] {
  const leader = new Leader()
  const chosen: number[] = []
  const extend = (from: number, value: number): void => {
    if (chosen.length === k) {
      if (value > leader.value) leader.offer(value, chosen)
      return
    }
    const last = similarities.size - (k - chosen.length)
    for (let i = from; i <= last; i++) {
      let gain = member[i] as number
      for (const earlier of chosen) gain -= pair * similarities.at(earlier, i)
      chosen.push(i)
      extend(i + 1, value + gain)
      chosen.pop()
    }
  }
  extend(0, 0)
  return leader.subset
}

/** The lexicographically smallest triple that holds i, and j when given. */
function smallestTripleWith(i: number, j?: number): readonly number[] {
  const members = j === undefined ? [i] : [i, j]
  for (let fill = 0; members.length < 3; fill++) if (!members.includes(fill)) members.push(fill)
  return members.sort((a, b) => a - b)
}

function ascending(i: number, j: number, l: number): readonly number[] {
  return l < i ? [l, i, j] : l < j ? [i, l, j] : [i, j, l]
}
