// The data set of a curation: computed for the prompts that a decision concerns alone, written in
// the background, failures told.
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { ExportRequest } from '../../../src/curation/dataSet/exportRequest'
import { CurationFolder } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { best, decide, openTask, taskAt } from './support/labelling'

const PROMPTS = ['one', 'two', 'three']
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: 4 } })
})

it('computes rows once for a decision, of its prompt alone', async () => {
  const curation = await folder.generated()
  await decide(curation, taskAt(curation, 0))
  await curation.dataSet.settled()
  const reads = vi.spyOn(curation.store.candidates, 'candidate')
  const task = taskAt(curation, 1)
  reads.mockClear()
  await decide(curation, task)
  await curation.dataSet.settled()
  expect(countsOf(curation)).toMatchObject({ annotated: 2, pairs: 2 })
  expect(countsOf(curation).longerChosen).toBeLessThanOrEqual(2)
  const shown = task.responses.map(({ candidateId }) => candidateId)
  expect(reads.mock.calls.flat().toSorted()).toEqual(shown.toSorted())
  expect(folder.rows()).toHaveLength(2)
})

it('reads no journal for the output file that follows a decision', async () => {
  const curation = await folder.generated()
  const refresh = vi.spyOn(curation.store, 'refresh')
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  expect(refresh).not.toHaveBeenCalled()
  expect(folder.rows()).toHaveLength(1)
})

it('says why the output file cannot follow, keeps the decision, and recovers', async () => {
  const curation = await folder.generated()
  const changes: (string | null)[] = []
  curation.dataSet.onFailureChange(() => changes.push(curation.dataSet.failure?.code ?? null))
  const output = curation.paths.output
  mkdirSync(output)
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  expect(curation.dataSet.failure).toMatchObject({ where: output })
  expect(countsOf(await folder.open())).toMatchObject({ annotated: 1 })
  rmSync(output, { recursive: true })
  const next = openTask(curation)
  await decide(curation, next, best(next, 1))
  await curation.dataSet.settled()
  expect(curation.dataSet.failure).toBeNull()
  expect(changes).toHaveLength(2)
  expect(changes[1]).toBeNull()
  expect(folder.rows()).toHaveLength(2)
})

it('leaves rows that teach a cut-off response out of the output, and says how many there are', async () => {
  const engine = new FakeEngine()
  engine.finishReason = 'length'
  const curation = await folder.generated('ann', engine)
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  expect(countsOf(curation)).toMatchObject({ pairs: 1, chosenCutOff: 1 })
  expect(folder.rows()).toEqual([])
  expect(await curation.dataSet.write()).toMatchObject({ rows: [], cutOff: 1 })
})

it('exports other rows to files beside the output, each with a name of its own', async () => {
  const curation = await folder.generated()
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  const before = folder.output()
  const nameOf = async (request: ExportRequest): Promise<string> =>
    path.relative(folder.path, (await curation.dataSet.write(request)).file)
  expect(await nameOf({ format: 'kto' })).toBe('a.kto.jsonl')
  expect(await nameOf({ cutOff: 'keep' })).toBe('a.with-cut-off.dpo.jsonl')
  expect(await nameOf({ split: { part: 'train', share: 0.1 } })).toBe('a.train.dpo.jsonl')
  expect(await nameOf({ file: folder.inside('b.jsonl') })).toBe('b.jsonl')
  expect(folder.output()).toBe(before)
  expect(folder.read('a.kto.jsonl').trimEnd().split('\n')).toHaveLength(2)
})
