// Which prompts an evaluation takes: those that none of its models was trained on.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { heldOutPrompts } from '../../../src/core/export/split'
import type { ModelChoice } from '../../../src/core/formats/modelSettings'
import type { Curation } from '../../../src/curation/curation'
import { heldOutOf } from '../../../src/evaluation/trainedOn'
import { CurationFolder } from '../curation/support/curationFolder'
import { decide, taskAt } from '../curation/support/labelling'

const PROMPTS = Array.from({ length: 12 }, (_, index) => `Question ${index}`)
const A: ModelChoice = { model: 'models/one', device: 'auto' }
const B: ModelChoice = { model: 'models/two', device: 'auto' }

let folder: CurationFolder
let curation: Curation
beforeEach(async () => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: 2, seed: 7 } })
  curation = await folder.open()
})

const RUN = '2026-01-01T00-00-00-dpo'
const trainedIds = (): string[] => curation.prompts.slice(0, 10).map(({ id }) => id)

/** A run on the first ten prompts. @param kept rows that it did not leave out. */
function trainOn(id: string, model: string, kept = 10): void {
  const where = folder.inside(path.join('a.aepo/runs', id))
  mkdirSync(where, { recursive: true })
  const run = JSON.parse(
    readFileSync(
      path.join(
        import.meta.dirname,
        '../../vscode/recorded/first-labels.aepo/runs/2026-11-26T17-19-04-dpo/run.json',
      ),
      'utf8',
    ),
  ) as { common: object }
  const common = { ...run.common, heldOut: 0.2 }
  writeFileSync(path.join(where, 'run.json'), JSON.stringify({ ...run, id, model, common }))
  const message = (content: string): object[] => [{ role: 'assistant', content }]
  const rows = trainedIds().map((promptId) => ({
    promptId,
    prompt: [{ role: 'user', content: 'x' }],
    chosen: message('a'),
    rejected: message('b'),
    chosenEnd: 'stop',
    rejectedEnd: 'stop',
  }))
  writeFileSync(
    path.join(where, 'data.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  )
  const heldOutRows = Math.max(1, Math.floor(0.2 * kept + 0.5))
  const start = { event: 'start', step: 0, totalSteps: 1, time: 1, rows: kept - heldOutRows }
  writeFileSync(path.join(where, 'metrics.jsonl'), `${JSON.stringify({ ...start, heldOutRows })}\n`)
}
const idsFor = async (models: ModelChoice[]): Promise<string[]> =>
  (await heldOutOf(curation, models)).map(({ id }) => id)

it('are those that the run held out, and those without a row', async () => {
  trainOn(RUN, 'base')
  const ids = await idsFor([A, { ...B, model: `run:${RUN}` }])
  const held = heldOutPrompts(trainedIds(), 0.2)
  expect(held.size).toBe(2)
  expect(new Set(ids)).toEqual(
    new Set([...held, ...curation.prompts.slice(10).map(({ id }) => id)]),
  )
})

it('are none that the model itself annotated', async () => {
  trainOn(RUN, 'base')
  const own = curation.prompts.slice(10).map(({ id }) => id)
  const file = folder.inside(path.join('a.aepo/runs', RUN, 'data.jsonl'))
  const [row = ''] = readFileSync(file, 'utf8').split('\n')
  const values = { selfAnnotated: true }
  const rows = own.map((promptId) =>
    JSON.stringify({ ...(JSON.parse(row) as object), promptId, values }),
  )
  appendFileSync(file, rows.map((each) => `${each}\n`).join(''))
  const held = heldOutPrompts(trainedIds(), 0.2)
  expect(await idsFor([{ ...B, model: `run:${RUN}` }])).toEqual(
    curation.prompts.map(({ id }) => id).filter((id) => held.has(id)),
  )
})

it('are none that may have been trained on where the run left rows out', async () => {
  trainOn(RUN, 'base', 8)
  const ids = await idsFor([{ ...B, model: `run:${RUN}` }])
  expect(ids.filter((id) => trainedIds().includes(id))).toHaveLength(2)
  trainOn(RUN, 'base', 7)
  expect(await idsFor([{ ...B, model: `run:${RUN}` }])).toHaveLength(2)
})

it('are held out of the runs that the base model is from, too', async () => {
  trainOn(RUN, 'base')
  const later = '2026-01-02T00-00-00-dpo'
  trainOn(later, folder.inside(`a.aepo/runs/${RUN}/model`))
  writeFileSync(folder.inside(`a.aepo/runs/${later}/data.jsonl`), '')
  expect(await idsFor([{ ...B, model: `run:${later}` }])).toHaveLength(4)
})

it('are those that a run of the labels would hold out where no model is trained', async () => {
  const labelled = await folder.generated()
  for (let place = 0; place < 10; place++) await decide(labelled, taskAt(labelled, place))
  const ids = (await heldOutOf(labelled, [A, B])).map(({ id }) => id)
  expect(ids).toHaveLength(3)
  expect(ids).toEqual(expect.arrayContaining([...heldOutPrompts(trainedIds(), 0.1)]))
})
