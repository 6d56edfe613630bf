// Valid records to vary in tests.
import { candidateId, generationId, selectionId, textHash } from '../../../../src/core/formats/ids'
import type { GenerationRecord } from '../../../../src/core/formats/records'
import type {
  Annotation,
  AnnotationRecord,
  Candidate,
  Preference,
  Selection,
} from '../../../../src/shared/domain'

const SETTINGS = {
  kind: 'generation' as const,
  model: 'builtin:SmolLM2-135M-Instruct',
  device: 'cpu',
  sampling: { temperature: 1, topP: 0.9 },
}
export const GENERATION: GenerationRecord = { ...SETTINGS, id: generationId(SETTINGS) }

export function candidate(
  promptId: string,
  index: number,
  text = `response ${index} to ${promptId}`,
): Candidate {
  return {
    id: candidateId(promptId, 1, index),
    promptId,
    round: 1,
    index,
    text,
    seed: index,
    finishReason: index % 3 === 0 ? 'length' : 'stop',
    tokenCount: 4,
    logprob: -3.5,
    generationId: GENERATION.id,
  }
}

export function selection(
  promptId: string,
  indices: number[],
  change: Partial<Selection> = {},
): Selection {
  const content: Omit<Selection, 'id'> = {
    promptId,
    round: 1,
    candidateIds: indices.map((index) => candidateId(promptId, 1, index)),
    textHashes: indices.map((index) => textHash(candidate(promptId, index).text)),
    method: 'aepo',
    k: indices.length,
    lambda: 0.5,
    n: 8,
    objective: 0.25,
    representativeness: 0.5,
    redundancy: 0.5,
    exact: true,
    removed: [],
    ...change,
  }
  return { ...content, id: selectionId(content) }
}

export function annotation(
  id: string,
  of: Selection,
  annotator = 'ann',
  preference: Preference = { kind: 'tie' },
): Annotation {
  return {
    kind: 'annotation',
    id,
    selectionId: of.id,
    promptId: of.promptId,
    annotator,
    preference,
    shownOrder: of.candidateIds,
    milliseconds: 1200,
    at: '2026-01-01T00:00:00.000Z',
  }
}

export function undo(of: Annotation): Extract<AnnotationRecord, { kind: 'undo' }> {
  return {
    kind: 'undo',
    id: `undo-${of.id}`,
    annotationId: of.id,
    annotator: of.annotator,
    at: '2026-01-01T00:00:01.000Z',
  }
}
