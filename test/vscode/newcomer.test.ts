// What a newcomer does, from a file of prompts to a trained adapter, in a real VS Code on the
// packaged extension.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { candidateId, promptId } from '../../src/core/formats/ids'
import type { DpoRow } from '../../src/core/export/dpo'
import type { Annotation } from '../../src/shared/domain'
import { CurationOnDisk, filesIn } from './support/curationOnDisk'
import { Labelling } from './support/labelling'
import { HYPERPARAMETERS, TINY_MODEL, runCard, startTraining } from './support/training'
import { until } from './support/until'
import { useVSCode } from './support/useVSCode'
import type { Workbench } from './support/workbench'

const PROMPTS = [
  'Name three fruits.',
  'What is a bridge for?',
  'Say good morning to a cat.',
  'Why do leaves fall?',
  'Describe the sea in one sentence.',
]
const N = 8
const MAX_NEW_TOKENS = 48
const STEPS = HYPERPARAMETERS.maxSteps

/**
 * Room for the candidates of about two prompts at once: later selections come while earlier ones
 * are labelled.
 */
const KV_CACHE_MEGABYTES = 64

const vscodeTest = useVSCode({
  settings: {
    'aepo.annotator': 'newcomer',
    'aepo.engine.kvCacheMegabytes': KV_CACHE_MEGABYTES,
    'aepo.training.python': await installPython(),
  },
})
const promptRows = PROMPTS.map((prompt, index) => JSON.stringify({ id: index, prompt })).join('\n')

vscodeTest(
  'a newcomer goes from prompts to a trained model',
  { files: { 'questions.jsonl': `${promptRows}\n` } },
  async (workbench) => {
    const curation = new CurationOnDisk(join(workbench.workspace, 'questions.aepo.json'))
    await createCuration(workbench)
    shortenResponses(curation.file)

    const labelling = new Labelling(workbench.curation())
    await labelling.waitForCounts({ prompts: PROMPTS.length, candidates: 0 })
    await workbench.runCommand('AEPO: Generate Candidates')
    await labelling.isShown(1)
    await workbench.picture('labelling')
    await labelling.showRawTexts()
    const shown = [await labelling.decide('1 Prefer')]
    const { candidates } = await until('a journal whose last line is whole', () =>
      curation.candidates(),
    )
    expect(candidates.length, 'labelling began while generation went on').toBeLessThan(
      PROMPTS.length * N,
    )
    shown.push(await labelling.decide('2 Prefer'))
    const third = await labelling.decide('1 Prefer')
    await labelling.undo()
    await labelling.shows(third)
    expect(standing(curation)).toHaveLength(2)

    await workbench.reload()
    await labelling.waitForCounts({ annotated: 2, pairs: 2 })
    await labelling.showRawTexts()
    await labelling.shows(third)
    await workbench.runCommand('AEPO: Generate Candidates')
    shown.push(
      await labelling.decide('2 Prefer'),
      await labelling.decide('Tie'),
      await labelling.decide('1 Prefer'),
    )
    await labelling.waitForCounts({ annotated: PROMPTS.length, pairs: 4 })

    checkCandidates(curation)
    checkSelections(curation)
    const expectedRows = checkAnnotations(curation, shown)
    await workbench.runCommand('AEPO: Export DPO Dataset')
    await workbench.tab('questions.dpo.jsonl').waitFor()
    expect(curation.rows()).toEqual(expectedRows)

    await startTraining(workbench)
    await workbench.tab('questions.aepo.json').click()
    const run = await runCard(workbench)
    await run.getByText('Finished').waitFor({ timeout: 240_000 })
    await run.getByText(`Step ${STEPS} of ${STEPS}`).waitFor()
    await run.getByRole('img', { name: /^Loss over/ }).waitFor()
    await workbench.picture('training')

    checkRun(curation, expectedRows)
    const [id = ''] = curation.runIds()
    expect(
      filesIn(workbench.workspace).filter((file) => !file.startsWith(`questions.aepo/runs/${id}/`)),
    ).toEqual([
      'questions.aepo.json',
      'questions.aepo/.gitignore',
      'questions.aepo/annotations/newcomer.jsonl',
      'questions.aepo/candidates.jsonl',
      'questions.aepo/embeddings.f32',
      'questions.aepo/embeddings.index.jsonl',
      'questions.aepo/selections.jsonl',
      'questions.dpo.jsonl',
      'questions.jsonl',
    ])
  },
)

async function createCuration(workbench: Workbench): Promise<void> {
  const { quickInput } = workbench
  await workbench.runCommand('AEPO: New Curation…')
  await quickInput.waitFor('File of prompts')
  await quickInput.pick('questions.jsonl')
  await quickInput.waitFor('Which field holds the prompt?')
  await quickInput.pick('prompt')
  await quickInput.waitFor('Which field holds a system prompt?')
  await quickInput.pick('(no system prompt)')
  await quickInput.waitFor('Which model samples the candidates?')
  await quickInput.pick('SmolLM2-135M-Instruct')
  await quickInput.waitFor('Candidates to sample per prompt')
  await quickInput.answer(String(N))
  await quickInput.waitFor('Name of the curation')
  await quickInput.accept()
  await workbench.tab('questions.aepo.json').waitFor()
}

/** As a person would in the text editor; the test is to end within minutes. */
function shortenResponses(file: string): void {
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { sampling: object }
  writeFileSync(
    file,
    `${JSON.stringify({ ...settings, sampling: { ...settings.sampling, maxNewTokens: MAX_NEW_TOKENS } }, null, 2)}\n`,
  )
}

const promptIds = PROMPTS.map((content) => promptId([{ role: 'user', content }]))

function checkCandidates(curation: CurationOnDisk): void {
  expect(curation.settings()).toMatchObject({
    prompts: 'questions.jsonl',
    fields: { prompt: 'prompt' },
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
function checkSelections(curation: CurationOnDisk): void {
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
function checkAnnotations(curation: CurationOnDisk, shown: readonly string[][]): DpoRow[] {
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
  const textOf = (id: string | undefined): string =>
    candidates.find((candidate) => candidate.id === id)?.text ?? `no candidate ${String(id)}`
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
      return [
        {
          prompt: [{ role: 'user', content: PROMPTS[promptIds.indexOf(prompt)] ?? '' }],
          chosen: answer(chosen),
          rejected: answer(rejected),
        },
      ]
    },
  )
}

function standing(curation: CurationOnDisk): Annotation[] {
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

function checkRun(curation: CurationOnDisk, expectedRows: DpoRow[]): void {
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
