// Exact search: a single candidate, pairs, triples, and any size when the subsets are few.
import { Leader } from './leader'
import type { Weights } from './objective'
import type { Similarities } from './similarity'

/** Enumerate up to this number of subsets times k²; takes about 0.25 s. */
const ENUMERATION_LIMIT = 2 ** 24

/** Whether all subsets of size k out of n can be enumerated. */
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

/** The best pair; reads O(N²) similarities and stores none. */
export function bestPair(similarities: Similarities, { member, pair }: Weights): readonly number[] {
  const leader = new Leader()
  let best = -Infinity
  similarities.forEachRow((i, row) => {
    const own = member[i]!
    for (let j = i + 1; j < similarities.size; j++) {
      const value = own + member[j]! - pair * row[j]!
      // Pairs are visited in lexicographic order, so an equal one later does not win.
      if (value > best) {
        leader.offer(value, [i, j])
        best = leader.value
      }
    }
  })
  return leader.subset
}

/**
 * The best triple, by branch and bound.
 *
 * With edge_ij = (member_i + member_j)/2 − pair·S_ij, the objective of a triple is the sum of its
 * three edges, so its largest edge is at least a third of the objective. The search extends an edge
 * by a third candidate only if it can be the largest edge of a better triple, and only if the best
 * edges at both ends would suffice. About O(N²) in practice; O(N³) when most triples tie with the
 * best.
 * @param start a good triple, ascending: the first lower bound.
 */
export function bestTriple(
  similarities: Similarities,
  { member, pair }: Weights,
  start: readonly number[],
): readonly number[] {
  const { size } = similarities
  const edge = (i: number, j: number, similarity: number): number =>
    (member[i]! + member[j]!) / 2 - pair * similarity
  const bestEdge = new Float64Array(size).fill(-Infinity)
  similarities.forEachRow((i, row) => {
    for (let j = i + 1; j < size; j++) {
      const weight = edge(i, j, row[j]!)
      if (weight > bestEdge[i]!) bestEdge[i] = weight
      if (weight > bestEdge[j]!) bestEdge[j] = weight
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
    if (leader.isBeyond(3 * bestEdge[i]!, () => smallestTripleWith(i))) return
    let own: Float64Array | undefined
    for (let j = i + 1; j < size; j++) {
      const largest = edge(i, j, upper[j]!)
      const bound = largest + Math.min(largest, bestEdge[i]!) + Math.min(largest, bestEdge[j]!)
      if (leader.isBeyond(bound, () => smallestTripleWith(i, j))) continue
      own ??= Float64Array.from(similarities.row(i))
      const other = similarities.row(j)
      let floor = leader.floor
      for (let l = 0; l < size; l++) {
        if (l === i || l === j) continue
        const value = largest + edge(i, l, own[l]!) + edge(j, l, other[l]!)
        if (value >= floor) {
          leader.offer(value, ascending(i, j, l))
          floor = leader.floor
        }
      }
    }
  })
  return leader.subset
}

/** The best subset of size k, by enumeration in lexicographic order. */
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
      let gain = member[i]!
      for (const earlier of chosen) gain -= pair * similarities.at(earlier, i)
      chosen.push(i)
      extend(i + 1, value + gain)
      chosen.pop()
    }
  }
  extend(0, 0)
  return leader.subset
}

/** The lexicographically smallest triple that contains i, and j if given. */
function smallestTripleWith(i: number, j?: number): readonly number[] {
  const members = j === undefined ? [i] : [i, j]
  for (let fill = 0; members.length < 3; fill++) if (!members.includes(fill)) members.push(fill)
  return members.sort((a, b) => a - b)
}

function ascending(i: number, j: number, l: number): readonly number[] {
  return l < i ? [l, i, j] : l < j ? [i, l, j] : [i, j, l]
}
