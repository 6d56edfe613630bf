// What the newcomer's test asks for, and what it expects on disk of each step.
import { expect } from 'vitest'
import type { DpoRow } from '../../../src/core/export/dpo'
import type { ExportRow } from '../../../src/core/export/format'
import { candidateId, promptId } from '../../../src/core/formats/ids'
import type { Annotation, Candidate } from '../../../src/shared/domain'
import type { CurationOnDisk } from './curationOnDisk'
import { HYPERPARAMETERS, TINY_MODEL } from './training'

export const PROMPTS = [
  'Name three fruits.',
  'What is a bridge for?',
  'Say good morning to a cat.',
  'Why do leaves fall?',
  'Describe the sea in one sentence.',
]
export const N = 8
export const MAX_NEW_TOKENS = 48
const STEPS = HYPERPARAMETERS.maxSteps

const promptIds = PROMPTS.map((content) => promptId([{ role: 'user', content }]))

export function checkCandidates(curation: CurationOnDisk): void {
  expect(curation.settings()).toMatchObject({
    prompts: 'questions.jsonl',
    fields: {},
    generator: { model: 'builtin:SmolLM2-135M-Instruct' },
    sampling: { n: N, maxNewTokens: MAX_NEW_TOKENS },
  })
  const { candidates, generations } = curation.candidates()
  expect(generations).toHaveLength(1)
  expect(generations[0]).toMatchObject({
    model: 'builtin:SmolLM2-135M-Instruct',
    sampling: { maxNewTokens: MAX_NEW_TOKENS },
  })
  expect(candidates.map(({ id }) => id).sort()).toEqual(
    promptIds
      .flatMap((prompt) => Array.from({ length: N }, (_, index) => candidateId(prompt, 1, index)))
      .sort(),
  )
  expect(new Set(candidates.map(({ seed }) => seed)).size).toBe(PROMPTS.length * N)
  for (const { id, tokenCount, logprob, finishReason, generationId } of candidates) {
    expect(generationId, id).toBe(generations[0]?.id)
    expect(tokenCount, id).toBeGreaterThan(0)
    expect(tokenCount, id).toBeLessThanOrEqual(MAX_NEW_TOKENS)
    expect(logprob, id).toBeLessThan(0)
    expect(finishReason, id).toEqual(
      tokenCount === MAX_NEW_TOKENS ? expect.stringMatching(/^(length|stop)$/) : 'stop',
    )
  }
}

/** Computes every term anew from the embeddings on disk, by the definition. */
export function checkSelections(curation: CurationOnDisk): void {
  const { model, vectors } = curation.embeddings()
  expect(model).toBe('builtin:all-MiniLM-L6-v2')
  for (const [id, vector] of vectors) expect(dot(vector, vector), id).toBeCloseTo(1, 4)
  const selections = curation.selections()
  expect(selections.map((selection) => selection.promptId).sort()).toEqual([...promptIds].sort())
  const { candidates } = curation.candidates()
  for (const {
    id,
    promptId: prompt,
    candidateIds,
    removed,
    n,
    objective,
    representativeness,
    redundancy,
    exact,
  } of selections) {
    const gone = new Set(removed.map((removal) => removal.id))
    const pool = candidates
      .filter((candidate) => candidate.promptId === prompt && !gone.has(candidate.id))
      .map((candidate) => embeddingOf(vectors, candidate.id))
    expect(pool, id).toHaveLength(n)
    const [first, second] = candidateIds.map((member) => embeddingOf(vectors, member))
    if (!first || !second) throw new Error(`The selection ${id} has fewer than two candidates.`)
    const centrality = (member: Float32Array): number =>
      pool.reduce((sum, other) => (other === member ? sum : sum + dot(member, other)), 0) / (n - 1)
    expect(representativeness, id).toBeCloseTo((centrality(first) + centrality(second)) / 2, 4)
    expect(redundancy, id).toBeCloseTo(dot(first, second), 4)
    expect(objective, id).toBeCloseTo(representativeness - 0.5 * redundancy, 6)
    expect(exact, id).toBe(true)
  }
}

function embeddingOf(vectors: ReadonlyMap<string, Float32Array>, id: string): Float32Array {
  const vector = vectors.get(id)
  if (!vector) throw new Error(`${id} has no embedding.`)
  return vector
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

/** Six decisions and one undo, in order; gives the rows they make. */
export function checkAnnotations(
  curation: CurationOnDisk,
  shown: readonly string[][],
): ExportRow<DpoRow>[] {
  const records = curation.annotations('newcomer')
  expect(records.map(({ kind }) => kind)).toEqual([
    'annotation',
    'annotation',
    'annotation',
    'undo',
    'annotation',
    'annotation',
    'annotation',
  ])
  expect(records[3]).toMatchObject({ annotationId: records[2]?.id })
  const { candidates } = curation.candidates()
  const candidateOf = (id: string | undefined): Candidate | undefined =>
    candidates.find((candidate) => candidate.id === id)
  const textOf = (id: string | undefined): string =>
    candidateOf(id)?.text ?? `no candidate ${String(id)}`
  const best = [0, 1, 1, null, 0]
  const decided = standing(curation).map((annotation, index) => ({ annotation, index }))
  expect(decided.map(({ annotation }) => annotation.promptId).sort()).toEqual([...promptIds].sort())
  const inPromptOrder = decided.sort(
    (a, b) => promptIds.indexOf(a.annotation.promptId) - promptIds.indexOf(b.annotation.promptId),
  )
  return inPromptOrder.flatMap(
    ({ annotation: { preference, shownOrder, promptId: prompt }, index }) => {
      expect(shownOrder.map(textOf).map(compact)).toEqual(shown[index]?.map(compact))
      const place = best[index]
      if (place === null || place === undefined) {
        expect(preference).toEqual({ kind: 'tie' })
        return []
      }
      const [chosen, rejected] = [shownOrder[place], shownOrder[1 - place]]
      expect(preference).toEqual({ kind: 'ranking', tiers: [[chosen], [rejected]] })
      const answer = (id: string | undefined): DpoRow['chosen'] => [
        { role: 'assistant', content: textOf(id) },
      ]
      const row = {
        prompt: [{ role: 'user' as const, content: PROMPTS[promptIds.indexOf(prompt)] ?? '' }],
        chosen: answer(chosen),
        rejected: answer(rejected),
      }
      return [{ row, teachesCutOff: candidateOf(chosen)?.finishReason === 'length' }]
    },
  )
}

export function standing(curation: CurationOnDisk): Annotation[] {
  const records = curation.annotations('newcomer')
  const undone = new Set(
    records.flatMap((record) => (record.kind === 'undo' ? [record.annotationId] : [])),
  )
  return records.filter(
    (record): record is Annotation => record.kind === 'annotation' && !undone.has(record.id),
  )
}

/** White space is the page's own affair. */
function compact(text: string): string {
  return text.replace(/\s+/g, '')
}

export function checkRun(curation: CurationOnDisk, expectedRows: DpoRow[]): void {
  expect(curation.runIds()).toHaveLength(1)
  const { file, metrics, data, files } = curation.run(curation.runIds()[0] ?? '')
  expect(file).toMatchObject({
    method: 'dpo',
    model: TINY_MODEL,
    common: { lora: true, ...HYPERPARAMETERS },
  })
  expect(data.map(({ prompt, chosen, rejected }) => ({ prompt, chosen, rejected }))).toEqual(
    expectedRows,
  )
  expect(metrics.map(({ event }) => event)).toEqual(expect.arrayContaining(['start', 'log', 'end']))
  const logged = metrics.flatMap((metric) => (metric.event === 'log' ? [metric] : []))
  expect(logged.map(({ step }) => step)).toEqual(
    Array.from({ length: STEPS }, (_, index) => index + 1),
  )
  expect(logged[0]?.figures['loss']).toBeCloseTo(Math.LN2, 3)
  expect(logged.at(-1)?.figures['loss']).toBeLessThan(Math.LN2 - 0.05)
  expect(files).toEqual(
    expect.arrayContaining([
      'log.txt',
      'model/adapter_config.json',
      'model/adapter_model.safetensors',
    ]),
  )
}
