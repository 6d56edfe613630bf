// An annotator that replays known scores: those of a file of judged responses.
import { readCandidateRows } from '../../store/candidateFile'
import type { Curation } from '../curation'
import { promptMatcher } from '../promptMatch'
import type { Annotator } from './annotator'
import { byScore } from './byScore'

/**
 * Scores are found by prompt and text; a prompt may have several rows.
 * @throws FailureError of the file, as for an import of candidates.
 */
export async function replay(curation: Curation, file: string): Promise<Annotator> {
  const match = promptMatcher(curation)
  const scores = new Map<string, Map<string, number>>()
  for await (const { prompt, responses } of readCandidateRows(file, curation.settings.fields)) {
    const { id } = match(prompt) ?? prompt
    const known = scores.get(id) ?? new Map<string, number>()
    scores.set(id, known)
    for (const { text, score } of responses) if (score !== undefined) known.set(text, score)
  }
  return byScore((text, { prompt }) => scores.get(prompt.id)?.get(text))
}
