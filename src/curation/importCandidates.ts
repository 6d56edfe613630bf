// Imports responses from a file as candidates: rows `{"prompt", "responses": [text or {"text",
// "model"?, "score"?}]}`.
import { candidateId, generationId } from '../core/formats/ids'
import type { Candidate } from '../shared/domain'
import { failureError } from '../shared/errors'
import { readCandidateRows, type Response } from '../store/candidateFile'
import type { Curation } from './curation'

export interface ImportedCandidates {
  candidates: number
  /** Responses whose pool has them already: the same text of the same model. */
  skipped: number
  /** Rows whose prompt is not in this curation. */
  unknownPrompts: number
}

const GENERATION = {
  kind: 'generation',
  model: 'imported',
  device: 'none',
  sampling: null,
} as const
const GENERATION_ID = generationId(GENERATION)

/**
 * Appends each response to its pool once; importing the file again adds nothing.
 * @throws FailureError `busy` while candidates are generated; `bad-input` for a broken row, and
 *   where no prompt is in this curation.
 */
export async function importCandidates(
  curation: Curation,
  file: string,
): Promise<ImportedCandidates> {
  const { store, settings } = curation
  const { lost, release } = await store.lockForGeneration()
  try {
    await store.refresh()
    const result: ImportedCandidates = { candidates: 0, skipped: 0, unknownPrompts: 0 }
    let known = 0
    for await (const { promptId, responses } of readCandidateRows(file, settings.fields)) {
      lost.throwIfAborted()
      if (!curation.prompt(promptId)) {
        result.unknownPrompts++
        continue
      }
      known++
      const candidates = newCandidates(curation, promptId, responses)
      await store.appendCandidates({ ...GENERATION, id: GENERATION_ID }, candidates)
      result.candidates += candidates.length
      result.skipped += responses.length - candidates.length
    }
    if (known === 0 && result.unknownPrompts > 0) {
      throw failureError(
        'bad-input',
        `None of its ${result.unknownPrompts} prompts is one of this curation.`,
        { where: file, remedy: 'Import responses to the prompts of the curation.' },
      )
    }
    return result
  } finally {
    await release()
  }
}

function newCandidates(
  { round }: Curation,
  promptId: string,
  responses: readonly Response[],
): Candidate[] {
  const pool = round.pool(promptId)
  const present = new Set(pool.map(({ text, origin }) => keyOf(text, origin)))
  let next = (pool.at(-1)?.index ?? -1) + 1
  return responses.flatMap(({ text, model, score }): Candidate[] => {
    const key = keyOf(text, model)
    if (present.has(key)) return []
    present.add(key)
    const index = next++
    return [
      {
        id: candidateId(promptId, round.number, index),
        promptId,
        round: round.number,
        index,
        text,
        seed: null,
        finishReason: 'imported',
        tokenCount: null,
        logprob: null,
        generationId: GENERATION_ID,
        ...(model === undefined ? {} : { origin: model }),
        ...(score === undefined ? {} : { score }),
      },
    ]
  })
}

const keyOf = (text: string, origin: string | undefined): string =>
  JSON.stringify([text, origin ?? null])
