// What annotators said of the responses of one row: scores, votes on pairs, reviews with ranks, or
// the better side of a pair.
import * as l10n from '@vscode/l10n'
import type { ImportedResponse } from '../rows/response'
import { asRecord } from '../text/values'

export interface Judged {
  /** Responses with distinct texts and a score. */
  texts: string[]
  /** Higher is better. */
  scores: number[]
  /** Row-major: 1 if response i is preferred to j, −1 if j is, 0 for a tie. */
  outcomes: Int8Array
}

/** Scores of all responses of a row, NaN where unknown; outcomes only of votes. */
interface Verdict {
  scores: number[]
  outcome?: (i: number, j: number) => number
}

/**
 * Votes `{"a", "b", "winner"}` decide their pair by majority; the score of a response is then its
 * share of wins, ties counted half. Reviews `{"model", "overall"}` give minus the mean rank. Fewer
 * than two responses may remain.
 */
export function judgementOf(
  row: unknown,
  responses: readonly ImportedResponse[],
): Judged | { why: string } {
  const fields = asRecord(row)
  const verdict =
    byVotes(fields['votes'], responses.length) ??
    byReviews(fields['reviews'], responses) ??
    bySide(fields['better'], responses.length) ??
    byScores(responses)
  if (!verdict.scores.some(Number.isFinite))
    return { why: l10n.t('no response has a score, a vote or a review') }
  const seen = new Set<string>()
  const kept = responses.flatMap(({ text }, i) => {
    const trimmed = text.trim()
    if (seen.has(trimmed) || trimmed === '' || !Number.isFinite(verdict.scores[i])) return []
    seen.add(trimmed)
    return [i]
  })
  const scores = kept.map((i) => verdict.scores[i]!)
  const decided = verdict.outcome ?? ((i, j) => Math.sign(verdict.scores[i]! - verdict.scores[j]!))
  return {
    texts: kept.map((i) => responses[i]!.text),
    scores,
    outcomes: Int8Array.from(kept.flatMap((i) => kept.map((j) => decided(i, j)))),
  }
}

const byScores = (responses: readonly ImportedResponse[]): Verdict => ({
  scores: responses.map(({ score }) => score ?? NaN),
})

function bySide(better: unknown, count: number): Verdict | undefined {
  if (typeof better !== 'number' || count !== 2) return undefined
  return { scores: [Number(better === 0), Number(better === 1)] }
}

function byReviews(reviews: unknown, responses: readonly ImportedResponse[]): Verdict | undefined {
  if (!Array.isArray(reviews)) return undefined
  const ranks = responses.map(({ model }) =>
    reviews
      .map(asRecord)
      .filter((review) => review['model'] === model)
      .flatMap(({ overall }) => (typeof overall === 'number' ? [overall] : [])),
  )
  return { scores: ranks.map((own) => -own.reduce((sum, rank) => sum + rank, 0) / own.length) }
}

function byVotes(votes: unknown, count: number): Verdict | undefined {
  if (!Array.isArray(votes)) return undefined
  const points = new Float64Array(count * count)
  for (const vote of votes) {
    const { a, b, winner } = asRecord(vote)
    if (!isPlace(a, count) || !isPlace(b, count) || a === b) continue
    points[a * count + b]! += winner === a ? 1 : winner === b ? 0 : 0.5
    points[b * count + a]! += winner === b ? 1 : winner === a ? 0 : 0.5
  }
  const at = (i: number, j: number): number => points[i * count + j]!
  const scores = Array.from({ length: count }, (_, i) => {
    let won = 0
    let of = 0
    for (let j = 0; j < count; j++) {
      won += at(i, j)
      of += at(i, j) + at(j, i)
    }
    return won / of
  })
  return {
    scores,
    outcome: (i, j) => {
      const isVotedOn = at(i, j) + at(j, i) > 0
      return Math.sign(isVotedOn ? at(i, j) - at(j, i) : scores[i]! - scores[j]!)
    },
  }
}

const isPlace = (value: unknown, count: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < count
