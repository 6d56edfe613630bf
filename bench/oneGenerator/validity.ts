// What the score of agreement is worth: on the judged responses, how often it orders two as their
// judge did; on pools, how often it prefers the longer one.
import { meanOf } from '../../src/core/simulation/interval'
import { type JudgedText, References } from './agreement'

export interface Scored {
  text: string
  /** What is measured: of two texts the one with the higher score is preferred. */
  score: number
  /** What it is measured by. */
  truth: number
}

/** Lengths that differ by no more than this share are equal. */
const EQUAL_LENGTHS = 0.05

/** The first words of a text, so that judged responses are as long as those of the generator. */
function firstWords(text: string, words: number): string {
  const last = [...text.matchAll(/\w+/g)][words]
  return last === undefined ? text : text.slice(0, last.index).trimEnd()
}

/** Judged responses, each cut to its first words and scored by the others. */
export function leftOutScores(judged: readonly JudgedText[], words: number): Scored[] {
  const references = new References(judged)
  return judged.map(({ text, score }, place) => {
    const cut = firstWords(text, words)
    return { text: cut, score: references.scoreOf(cut, place), truth: score }
  })
}

type PairFilter = (one: Scored, other: Scored) => boolean

export const anyPair: PairFilter = () => true
export const equallyLong: PairFilter = ({ text: one }, { text: other }) =>
  Math.abs(Math.log((one.length + 1) / (other.length + 1))) < EQUAL_LENGTHS

/**
 * The share of pairs with different truths that the scores order as the truths do, equal scores
 * counted half: the mean over the groups that have such pairs.
 */
export function agreement(groups: readonly (readonly Scored[])[], counts: PairFilter): number {
  const shares = groups.flatMap((group) => {
    let right = 0
    let pairs = 0
    group.forEach((one, i) => {
      for (const other of group.slice(0, i)) {
        const truth = Math.sign(one.truth - other.truth)
        if (truth === 0 || !counts(one, other)) continue
        pairs++
        right += (1 + truth * Math.sign(one.score - other.score)) / 2
      }
    })
    return pairs === 0 ? [] : [right / pairs]
  })
  return meanOf(shares)
}

/** The pairs among the worse half by truth. */
export function worseHalf(group: readonly Scored[]): Scored[] {
  return group.toSorted((a, b) => a.truth - b.truth).slice(0, Math.ceil(group.length / 2))
}

export const byLength = (group: readonly Scored[]): Scored[] =>
  group.map((one) => ({ ...one, score: one.text.length }))
