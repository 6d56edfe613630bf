// Responses that annotators rewrote, as further responses of their comparison: the best ones.
import type { Annotation, Candidate, Edit, Preference } from '../../shared/domain'
import { textHash } from '../formats/ids'

/** What an annotator says of a comparison. */
export type Statement = Pick<Annotation, 'preference' | 'edit'>

const PREFIX = 'edit:'

/** Whether a response was written by an annotator: no generator, score or judge knows it. */
export const isEdited = ({ id }: Pick<Candidate, 'id'>): boolean => id.startsWith(PREFIX)

/**
 * The candidates of a comparison and, after them, the responses that annotators made of them. The
 * preference of an annotator has the own edit above all else.
 * @param statements of all annotators.
 */
export function withEdits(
  candidates: readonly Candidate[],
  statements: readonly Statement[],
): { candidates: readonly Candidate[]; preferences: readonly Preference[] } {
  const edited = new Map<string, Candidate>()
  const preferences = statements.map(({ preference, edit }) => {
    const source = edit && candidates.find(({ id }) => id === edit.candidateId)
    if (!source) return preference
    const response = editedCandidate(source, edit)
    edited.set(response.id, response)
    return withBest(preference, response.id, candidates)
  })
  return { candidates: [...candidates, ...edited.values()], preferences }
}

/** Two annotators who write the same text make one response. */
function editedCandidate({ score: _, ...source }: Candidate, { text }: Edit): Candidate {
  return {
    ...source,
    id: `${PREFIX}${source.id}:${textHash(text)}`,
    text,
    finishReason: 'stop',
    seed: null,
    tokenCount: null,
    logprob: null,
  }
}

function withBest(
  preference: Preference,
  best: string,
  candidates: readonly Candidate[],
): Preference {
  const below = preference.kind === 'ranking' ? preference.tiers : [candidates.map(({ id }) => id)]
  return { kind: 'ranking', tiers: [[best], ...below] }
}
