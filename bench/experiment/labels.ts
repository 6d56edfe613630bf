// One cell until its training run can start: a curation of the candidates, selections by the rule,
// annotations by the judge, and the folder of a run that was not launched.
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { candidateId, generationId } from '../../src/core/formats/ids'
import { parseHyperparameters } from '../../src/core/training/settings/hyperparameters'
import { annotateOpen } from '../../src/curation/annotators/annotateOpen'
import { byScore } from '../../src/curation/annotators/byScore'
import { Curation } from '../../src/curation/curation'
import type { Engine } from '../../src/curation/engine'
import { selectAll } from '../../src/curation/selection/select'
import { writeRun } from '../../src/training/prepareRun'
import { trainingRows } from '../../src/training/rows'
import type { Candidate, Prompt } from '../../src/shared/domain'
import { makeFolder } from '../../src/store/files'
import { SAMPLING } from '../support/settings'
import { type Cell, cellName } from './design'
import type { Response, WorkFolder } from './files'

const MODEL = 'builtin:SmolLM2-135M-Instruct'
const CURATION = 'cell.aepo.json'

/** The same for all cells: each pair is seen four times, eight pairs a step. */
const HYPERPARAMETERS = {
  epochs: 4,
  batchSize: 2,
  gradientAccumulation: 4,
  heldOut: 0,
  regression: false,
}

export interface LabelledCell {
  /** Selections that the judge annotated. */
  annotated: number
  /** Pairs of which the chosen one was not cut off: a run trains on these. */
  pairs: number
  /** Characters of chosen responses, less those of rejected ones; the mean over pairs. */
  longer: number
  /** The judge's score of chosen responses, less that of rejected ones; the mean over pairs. */
  margin: number
}

export interface LabelOptions {
  work: WorkFolder
  /** In the order of annotation. */
  prompts: readonly Prompt[]
  /** Those of this seed, the first ones of a prompt first. */
  responses: readonly Response[]
  engine: Engine
  score: (promptId: string, text: string) => number
  /** The model in Hugging Face format. */
  trainable: string
  maxNewTokens: number
}

/** The folder of a cell's run, relative to the working folder. */
export const runOf = (cell: Cell): string => path.join('cells', cellName(cell), 'run')

/** Makes the cell unless it is there. */
export async function labelCell(cell: Cell, options: LabelOptions): Promise<LabelledCell> {
  const { work, engine, score } = options
  const summary = path.join('cells', cellName(cell), 'labels.json')
  if (work.has(summary)) return work.readJson(summary) as LabelledCell
  rmSync(work.path('cells', cellName(cell)), { recursive: true, force: true })
  const curation = await curationOf(cell, options)
  const { signal } = new AbortController()
  await selectAll(curation, engine, { signal, onActivity: () => undefined })
  const judge = byScore((text, { prompt }) => score(prompt.id, text))
  const { annotated } = await annotateOpen(curation, judge, signal)
  const pairs = curation.comparisons.pairs()
  const kept = pairs.filter(({ chosen }) => chosen.finishReason === 'stop')
  const parsed = parseHyperparameters('dpo', kept.length, { ...HYPERPARAMETERS, seed: cell.seed })
  if (!parsed.success) throw new Error(parsed.message)
  const request = { method: 'dpo', model: options.trainable, ...parsed.values } as const
  await makeFolder(work.path(runOf(cell)))
  await writeRun(work.path(runOf(cell)), 1, request, trainingRows(curation, request))
  const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair) / pairs.length, 0)
  const result: LabelledCell = {
    annotated,
    pairs: kept.length,
    longer: mean(({ chosen, rejected }) => chosen.text.length - rejected.text.length),
    margin: mean(
      ({ prompt, chosen, rejected }) =>
        score(prompt.id, chosen.text) - score(prompt.id, rejected.text),
    ),
  }
  work.writeJson(summary, result)
  return result
}

async function curationOf(
  cell: Cell,
  { work, prompts, responses, maxNewTokens }: LabelOptions,
): Promise<Curation> {
  const folder = work.path('cells', cellName(cell))
  const sampling = { n: cell.n, ...SAMPLING, maxNewTokens, seed: cell.seed }
  await makeFolder(folder)
  const lines = prompts.map(({ messages }) => `${JSON.stringify({ prompt: messages })}\n`)
  writeFileSync(path.join(folder, 'prompts.jsonl'), lines.join(''))
  const file = work.writeJson(path.join('cells', cellName(cell), CURATION), {
    version: 1,
    prompts: 'prompts.jsonl',
    generator: { model: MODEL },
    sampling,
    selection: { method: cell.rule, k: 2, lambda: 0.5, guard: true },
    annotation: { budget: cell.labels },
  })
  const curation = await Curation.open(file, {
    annotator: 'judge',
    onMessage: () => undefined,
    now: () => new Date(),
  })
  const record = {
    kind: 'generation',
    model: MODEL,
    device: 'torch',
    sampling,
  } as const
  const generation = { ...record, id: generationId(record) }
  const { release } = await curation.store.lockForGeneration()
  try {
    for (const { id } of prompts) {
      const own = responses.filter(({ promptId }) => promptId === id).slice(0, cell.n)
      const candidates = own.map((response, index): Candidate => ({
        ...response,
        id: candidateId(id, 1, index),
        round: 1,
        index,
        seed: cell.seed,
        logprob: null,
        generationId: generation.id,
      }))
      await curation.store.appendCandidates(generation, candidates)
    }
  } finally {
    await release()
  }
  return curation
}
