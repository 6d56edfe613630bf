// `selection.method` of the curation file: each rule that needs no label selects and is recorded.
import { expect, it } from 'vitest'
import { selectAll } from '../../../src/curation/selection/select'
import { VECTOR_METHODS, type Selection } from '../../../src/shared/domain'
import { jsonLines } from '../../support/jsonLines'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'

const PROMPTS = ['one', 'two', 'three', 'four']
const sampling = { n: 8 }

const recorded = (folder: CurationFolder): Selection[] =>
  jsonLines(folder.inside('a.aepo/selections.jsonl')) as Selection[]

it.each(VECTOR_METHODS)('%s selects k of each pool and is recorded', async (method) => {
  const folder = new CurationFolder(PROMPTS, { sampling, selection: { method, k: 3 } })
  const curation = await folder.generated()
  const selections = recorded(folder)
  expect(selections).toHaveLength(PROMPTS.length)
  for (const { candidateIds, ...selection } of selections) {
    expect(selection).toMatchObject({ method, k: 3, n: 8 })
    expect(new Set(candidateIds).size).toBe(3)
  }
  // the same pools, settings and method: nothing new
  expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(0)
})

it('another method selects again from the same pools; λ matters to aepo alone', async () => {
  const folder = new CurationFolder(PROMPTS, { sampling, selection: { method: 'farthest' } })
  await folder.generated()
  const select = async (selection: object): Promise<number> => {
    folder.set({ sampling, selection })
    return selectAll(await folder.open(), new FakeEngine(), QUIETLY)
  }
  expect(await select({ method: 'farthest', lambda: 2 })).toBe(0)
  expect(await select({ method: 'k-dpp' })).toBe(PROMPTS.length)
  expect(await select({ method: 'aepo' })).toBe(PROMPTS.length)
  expect(await select({ method: 'aepo', lambda: 2 })).toBe(PROMPTS.length)
})
