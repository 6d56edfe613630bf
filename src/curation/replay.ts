// Annotators that are not people: judged scores replayed, or a stated rule. Their annotations are
// journalled like anyone's.
import { shownOrder } from '../core/annotation/order'
import type { Candidate, Preference } from '../shared/domain'
import { readCandidateRows } from '../store/candidateFile'
import type { Curation } from './curation'

/** The higher, the better; undefined where the annotator has no opinion. */
export type Scorer = (candidate: Candidate) => number | undefined

/** A baseline without a model: the longer response is better (75.7 % right on judged pairs). */
export const longest: Scorer = ({ text }) => text.length

/**
 * Scores of a file of judged responses, found by prompt and text; a prompt may have several rows.
 */
export async function replayedScores(curation: Curation, file: string): Promise<Scorer> {
  const scores = new Map<string, Map<string, number>>()
  for await (const { promptId, responses } of readCandidateRows(file, curation.settings.fields)) {
    const known = scores.get(promptId) ?? new Map<string, number>()
    scores.set(promptId, known)
    for (const { text, score } of responses) if (score !== undefined) known.set(text, score)
  }
  return ({ promptId, text }) => scores.get(promptId)?.get(text)
}

/**
 * Annotates every open selection of the curation's annotator, at most up to its budget.
 * @returns how many were annotated, and how many had a response without a score and were left open.
 */
export async function annotateByScore(
  curation: Curation,
  score: Scorer,
): Promise<{ annotated: number; unscored: number }> {
  const { store, annotator, settings } = curation
  const result = { annotated: 0, unscored: 0 }
  let left = settings.annotation.budget - store.annotations(annotator).size
  for (const { id, candidateIds } of curation.selections()) {
    if (left <= 0) break
    if (store.annotations(annotator).has(id)) continue
    const scored = candidateIds.map((candidateId) => {
      const candidate = store.candidate(candidateId)
      return { candidateId, score: candidate && score(candidate) }
    })
    const preference = rank(scored)
    if (!preference) {
      result.unscored++
      continue
    }
    await curation.annotate({
      selectionId: id,
      preference,
      milliseconds: 0,
      shownOrder: shownOrder(id, annotator, candidateIds),
      note: '',
    })
    result.annotated++
    left--
  }
  await curation.settled()
  return result
}

function rank(scored: { candidateId: string; score: number | undefined }[]): Preference | null {
  const tiers = new Map<number, string[]>()
  for (const { candidateId, score } of scored) {
    if (score === undefined) return null
    tiers.set(score, [...(tiers.get(score) ?? []), candidateId])
  }
  if (tiers.size < 2) return { kind: 'tie' }
  return { kind: 'ranking', tiers: [...tiers].sort(([a], [b]) => b - a).map(([, ids]) => ids) }
}
