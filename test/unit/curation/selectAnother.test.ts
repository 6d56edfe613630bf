// Another selection from pools that are labelled: of candidates that were not shown.
import { beforeEach, expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { undo } from '../../../src/curation/labelling/annotate'
import { poolOf } from '../../../src/curation/labelling/pool'
import { reviewRows } from '../../../src/curation/labelling/review'
import { findTask } from '../../../src/curation/labelling/tasks'
import { selectAll } from '../../../src/curation/selection/select'
import { selectAnother } from '../../../src/curation/selection/selectAnother'
import type { AnotherReason, Preference, Selection } from '../../../src/shared/domain'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { best, decide, openTask } from './support/labelling'

const PROMPTS = ['one', 'two', 'three']
const sampling = { n: 6 }
const ALL_BAD: Preference = { kind: 'allBad' }
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling })
})

async function labelAll(curation: Curation, preferences: Preference[] = []): Promise<void> {
  for (let place = 0; findTask(curation, { go: 'next-open' }); place++) {
    const task = openTask(curation)
    await decide(curation, task, preferences[place] ?? best(task))
  }
  await curation.dataSet.settled()
}

const another = (curation: Curation, reason: AnotherReason = 'more'): Promise<number> =>
  selectAnother(curation, new FakeEngine(), { ...QUIETLY, reason })

const selectionsOf = (curation: Curation, prompt: number): readonly Selection[] =>
  curation.round.counting(curation.prompts[prompt]?.id ?? '')

it('shows no candidate twice, until too few are left', async () => {
  const curation = await folder.generated()
  await labelAll(curation)
  expect(await another(curation)).toBe(3)
  await labelAll(curation)
  expect(await another(curation)).toBe(3)
  await labelAll(curation)
  for (const prompt of [0, 1, 2]) {
    const shown = selectionsOf(curation, prompt).flatMap(({ candidateIds }) => candidateIds)
    expect(new Set(shown).size).toBe(6)
  }
  expect(countsOf(curation)).toMatchObject({ selected: 9, annotated: 9, pairs: 9, another: 0 })
  expect(await another(curation)).toBe(0)
})

it('records what came before, why, and whom it left out: the record alone gives it again', async () => {
  const curation = await folder.generated()
  await labelAll(curation)
  await another(curation)
  const [first, second] = selectionsOf(await folder.open(), 0)
  expect(second?.after).toEqual({ selectionIds: [first?.id], reason: 'more' })
  expect(second?.removed).toEqual(first?.candidateIds.map((id) => ({ id, reason: 'seen' })))
  expect(second?.n).toBe(4)

  const again = new CurationFolder(PROMPTS, { sampling })
  const replayed = await again.generated()
  await labelAll(replayed)
  await another(replayed)
  expect(selectionsOf(replayed, 0)[1]).toEqual(second)
})

it('comes from no pool with a selection that is open, and is asked for once', async () => {
  const curation = await folder.generated()
  await decide(curation, openTask(curation))
  expect(countsOf(curation)).toMatchObject({ another: 1, anotherForAllBad: 0, budget: 3 })
  expect(await another(curation)).toBe(1)
  expect(await another(curation)).toBe(0)
  expect(countsOf(curation)).toMatchObject({ selected: 4, budget: 4, another: 0 })
})

it('comes, where all were bad, from those pools alone', async () => {
  const curation = await folder.generated()
  await labelAll(curation, [{ kind: 'tie' }, ALL_BAD])
  expect(countsOf(curation)).toMatchObject({ another: 3, anotherForAllBad: 1 })
  expect(await another(curation, 'allBad')).toBe(1)
  expect(selectionsOf(curation, 1)[1]?.after?.reason).toBe('allBad')
  const task = openTask(curation)
  expect([task.position, task.place]).toEqual([1, 2])
  expect(
    poolOf(curation, task.selectionId).filter(({ outcome }) => outcome === 'seen'),
  ).toHaveLength(2)
})

it('is listed, shown and undone on its own', async () => {
  const curation = await folder.generated()
  await labelAll(curation)
  await another(curation)
  const { selectionId, position } = openTask(curation)
  expect(findTask(curation, { go: 'to', selectionId, position })?.selectionId).toBe(selectionId)
  await decide(curation, openTask(curation))
  const rows = reviewRows(curation, '').map((row) => [
    row.position,
    row.place,
    row.decision !== null,
  ])
  expect(rows.slice(0, 3)).toEqual([
    [0, 1, true],
    [0, 2, true],
    [1, 1, true],
  ])
  expect((await undo(curation))?.task.selectionId).toBe(selectionId)
  expect(countsOf(curation)).toMatchObject({ annotated: 3, pairs: 3 })
})

it('follows the settings while nobody has decided on it', async () => {
  const before = await folder.generated()
  await labelAll(before)
  await another(before)
  folder.set({ sampling, selection: { k: 3 } })
  const curation = await folder.open()
  expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(3)
  const [first, second, ...others] = selectionsOf(curation, 0)
  expect(others).toEqual([])
  expect(first?.candidateIds).toHaveLength(2)
  expect(second?.candidateIds).toHaveLength(3)
})

it('does not count while the selection before it is another one, unless it carries a label', async () => {
  const curation = await folder.generated()
  await labelAll(curation)
  await another(curation)
  await decide(curation, openTask(curation))
  const labelled = selectionsOf(curation, 0)[1]
  for (let undone = 0; undone < 4; undone++) await undo(curation)
  await decide(curation, openTask(curation))
  folder.set({ sampling, selection: { k: 3 } })
  const changed = await folder.open()
  await selectAll(changed, new FakeEngine(), QUIETLY)
  // the first pool keeps its label and its second selection, which is open again; of the others
  // the first selections were made anew, and nothing comes after them
  expect(selectionsOf(changed, 0)).toHaveLength(2)
  expect(selectionsOf(changed, 0)[1]?.id).not.toBe(labelled?.id)
  expect(selectionsOf(changed, 1).map(({ candidateIds }) => candidateIds.length)).toEqual([3])
})
