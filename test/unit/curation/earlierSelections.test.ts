// Selections that the settings as they are now would not have made.
import { beforeEach, expect, it } from 'vitest'
import { earlierSelections } from '../../../src/curation/selection/earlierSelections'
import { selectAll } from '../../../src/curation/selection/select'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, openTask } from './support/labelling'

const PROMPTS = ['one', 'two', 'three']
const sampling = { n: 4 }
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling })
})

it('are none as long as the settings stay', async () => {
  expect(earlierSelections(await folder.generated())).toBeNull()
})

it('are those that nobody has decided on, with the settings that changed', async () => {
  const before = await folder.generated()
  await decide(before, openTask(before))
  folder.set({ sampling, selection: { k: 3, lambda: 1 } })
  const curation = await folder.open()
  expect(earlierSelections(curation)).toMatchObject({ selections: 2, settings: ['k', 'lambda'] })
  expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(2)
  expect(earlierSelections(curation)).toBeNull()
})

it.each([true, false])('are those of another guard, which was %s', async (guard) => {
  folder.set({ sampling, selection: { guard } })
  await folder.generated()
  folder.set({ sampling, selection: { guard: !guard } })
  const curation = await folder.open()
  expect(earlierSelections(curation)).toMatchObject({ selections: 3, settings: ['guard'] })
  expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(3)
  expect(earlierSelections(curation)).toBeNull()
})
