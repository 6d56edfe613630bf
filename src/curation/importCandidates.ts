// Takes others' responses as the pool: rows `{"prompt", "responses": [text or {"text", "model"?, "score"?}]}`.
import { candidateId, generationId } from '../core/formats/ids'
import type { Candidate } from '../shared/domain'
import { fail } from '../shared/errors'
import { readCandidateRows } from '../store/candidateFile'
import type { Curation } from './curation'

export interface ImportedCandidates {
  candidates: number
  /** Rows whose prompt is not one of this curation. */
  unknownPrompts: number
}

/** Imports each response once; running it again adds nothing. */
export async function importCandidates(curation: Curation, file: string): Promise<ImportedCandidates> {
  const { store, round, settings } = curation
  const release = await store.lockForGeneration()
  try {
    await curation.refresh()
    const generation = { kind: 'generation', model: 'imported', device: 'none', sampling: null } as const
    const id = generationId(generation)
    const result: ImportedCandidates = { candidates: 0, unknownPrompts: 0 }
    let known = 0
    for await (const { promptId, responses } of readCandidateRows(file, settings.fields)) {
      if (!curation.prompt(promptId)) {
        result.unknownPrompts++
        continue
      }
      known++
      const candidates = responses
        .map(({ text, model, score }, index): Candidate => ({
          id: candidateId(promptId, round, index),
          promptId,
          round,
          text,
          seed: null,
          finishReason: 'imported',
          tokenCount: null,
          logprob: null,
          generationId: id,
          ...(model === undefined ? {} : { origin: model }),
          ...(score === undefined ? {} : { score }),
        }))
        .filter((candidate) => !store.candidate(candidate.id))
      await store.appendCandidates({ ...generation, id }, candidates)
      result.candidates += candidates.length
    }
    if (known === 0 && result.unknownPrompts > 0) {
      throw fail('bad-input', `None of its ${result.unknownPrompts} prompts is one of this curation.`, { where: file, remedy: 'Import responses to the prompts of the curation.' })
    }
    curation.changed('candidates')
    return result
  } finally {
    await release()
  }
}
