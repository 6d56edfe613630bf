// An annotator that replays known scores: those of a file of judged responses.
import { describeBroken } from '../../core/rows/promptReportText'
import { readCandidateRows } from '../../store/candidateFile'
import type { OnLeftOut } from '../../store/checkedRows'
import type { Curation } from '../curation'
import { madeScores, noScores } from '../prompts/imported'
import type { ImportOptions } from '../prompts/importCandidates'
import { promptMatcher } from '../prompts/promptMatch'
import type { Annotator } from './annotator'
import { byScore } from './byScore'

/**
 * Scores are found by prompt and text; a prompt may have several rows.
 * @param onNotice receives a sentence where scores were made from a preference, or there are none,
 *   and where rows were left out.
 * @throws FailureError of the file, as for an import of candidates.
 */
export async function replay(
  curation: Curation,
  file: string,
  onNotice: (sentence: string) => void = () => undefined,
  { leavesOutBroken = false }: ImportOptions = {},
): Promise<Annotator> {
  const match = promptMatcher(curation)
  const preferences = new Set<string>()
  const scores = new Map<string, Map<string, number>>()
  const unread = new Set<string>()
  const onLeftOut: OnLeftOut = (broken) => {
    for (const sentence of describeBroken(broken)) onNotice(sentence)
  }
  const { fields } = curation.settings
  const rows = readCandidateRows(file, fields, leavesOutBroken ? onLeftOut : undefined)
  for await (const row of rows) {
    const { prompt, responses, preferredBy, notRead } = row
    if (preferredBy !== null) preferences.add(preferredBy)
    const { id } = match(prompt) ?? prompt
    const known = scores.get(id) ?? new Map<string, number>()
    scores.set(id, known)
    for (const { text, score } of responses) if (score !== undefined) known.set(text, score)
    if (known.size === 0) for (const name of notRead) unread.add(name)
  }
  if ([...scores.values()].every(({ size }) => size === 0)) onNotice(noScores([...unread]))
  if (preferences.size > 0) onNotice(madeScores([...preferences]))
  return byScore((text, { prompt }) => scores.get(prompt.id)?.get(text))
}
