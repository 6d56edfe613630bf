// An annotator that replays known scores: those of a file of judged responses.
import { readCandidateRows } from '../../store/candidateFile'
import type { Curation } from '../curation'
import type { Annotator } from './annotator'
import { byScore } from './byScore'

/**
 * Scores are found by prompt and text; a prompt may have several rows.
 * @throws FailureError of the file, as for an import of candidates.
 */
export async function replay(curation: Curation, file: string): Promise<Annotator> {
  const scores = new Map<string, Map<string, number>>()
  for await (const { promptId, responses } of readCandidateRows(file, curation.settings.fields)) {
    const known = scores.get(promptId) ?? new Map<string, number>()
    scores.set(promptId, known)
    for (const { text, score } of responses) if (score !== undefined) known.set(text, score)
  }
  return byScore((text, { prompt }) => scores.get(prompt.id)?.get(text))
}
