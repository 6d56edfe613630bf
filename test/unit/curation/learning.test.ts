// Rules that learn from labels, in a curation: just in time, and what then happens to selections
// that are ready.
import { describe, expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { byScore } from '../../../src/curation/annotators/byScore'
import { countsOf } from '../../../src/curation/counts'
import { reviewRows } from '../../../src/curation/labelling/review'
import { LOOK_AHEAD } from '../../../src/curation/learning/selectAhead'
import { earlierSelections } from '../../../src/curation/selection/earlierSelections'
import { selectAll } from '../../../src/curation/selection/select'
import { selectAnother } from '../../../src/curation/selection/selectAnother'
import { LABEL_METHODS } from '../../../src/shared/domain'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, openTask } from './support/labelling'
import {
  ahead,
  annotateAll,
  check,
  folderFor,
  journalled,
  labelAll,
  sampling,
} from './support/learning'

const { signal } = QUIETLY

describe.each(LABEL_METHODS)('%s', (method) => {
  it('selects for the next prompts alone, and for others when labelling gets to them', async () => {
    const curation = await folderFor(method, 6).generated()
    expect(countsOf(curation)).toMatchObject({ selected: LOOK_AHEAD, due: 6 - LOOK_AHEAD })
    expect(reviewRows(curation, '').map(({ isDue = false }) => isDue)).toEqual(
      [0, 1, 2, 3, 4, 5].map((place) => place >= LOOK_AHEAD),
    )
    expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(0)
    await labelAll(curation)
    expect(countsOf(curation)).toMatchObject({ selected: 6, annotated: 6, due: 0, pairs: 6 })
    expect(curation.round.selections().every((one) => one.method === method)).toBe(true)
  })

  it('comes out the same from the labels that its records name', async () => {
    const folder = folderFor(method, 40)
    await annotateAll(await folder.generated())
    expect(await check(await folder.open())).toEqual({
      same: 40,
      different: [],
      notRepeatable: [],
    })
    const learned = journalled(folder).map((one) => one.learned)
    const first = learned.findIndex((one) => one?.from !== undefined)
    // generation made the first two before there was a label
    expect(learned.map((one) => one?.labels)).toEqual(
      Array.from({ length: 40 }, (_, place) => (place < LOOK_AHEAD ? 0 : place)),
    )
    expect(learned[first]?.labels).toBe(method.endsWith('-optimal') ? 0 : 25)
    expect(learned.slice(first).every((one) => one?.from !== undefined)).toBe(true)
    // each record holds what is new, not all labels
    expect(learned.at(-1)?.from?.added.length).toBeLessThan(4)
  })
})

it('ready selections outlive the process that made them', async () => {
  const folder = folderFor('d-optimal', 5)
  const before = await folder.generated()
  const task = openTask(before)
  await decide(before, task)
  await ahead(before, task.promptId)
  const selections = before.round.selections()
  const after = await folder.open()
  expect(await ahead(after, task.promptId)).toBe(0)
  expect(after.round.selections()).toEqual(selections)
  expect(openTask(after).selectionId).toBe(openTask(before).selectionId)
})

it('two processes that select for one prompt make one selection', async () => {
  const folder = folderFor('d-optimal', 5)
  await folder.generated()
  const [one, other] = [await folder.open('ann'), await folder.open('eve')]
  const task = openTask(one)
  await decide(one, task)
  await Promise.all([ahead(one, task.promptId), ahead(other, task.promptId)])
  const third = one.prompts[2]?.id
  expect(journalled(folder).filter(({ promptId }) => promptId === third)).toHaveLength(1)
})

it('replaces selections of other settings when labelling gets to them, without asking', async () => {
  const folder = new CurationFolder(['one', 'two', 'three', 'four', 'five'], { sampling })
  await folder.generated()
  folder.set({ sampling, selection: { method: 'd-optimal' } })
  const curation = await folder.open()
  expect(earlierSelections(curation)).toBeNull()
  const task = openTask(curation)
  await ahead(curation, task.promptId)
  const methods = (): string[] => curation.round.selections().map(({ method }) => method)
  expect(methods()).toEqual(['aepo', 'd-optimal', 'd-optimal', 'aepo', 'aepo'])
  await decide(curation, task)
  await ahead(curation, curation.prompts[1]?.id)
  expect(methods()).toEqual(['aepo', 'd-optimal', 'd-optimal', 'd-optimal', 'aepo'])
})

it('leaves pools without a selection, which a rule without labels is said to lack', async () => {
  const folder = folderFor('d-optimal', 5)
  const learning = await folder.generated()
  expect(countsOf(learning)).toMatchObject({ selected: LOOK_AHEAD, due: 5 - LOOK_AHEAD })
  folder.set({ sampling, selection: { method: 'aepo' } })
  const curation = await folder.open()
  const earlier = earlierSelections(curation)
  expect(earlier).toMatchObject({ selections: LOOK_AHEAD, awaiting: 5 - LOOK_AHEAD })
  expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(5)
  expect(earlierSelections(curation)).toBeNull()
})

it('makes another selection from each pool in the same manner', async () => {
  const folder = folderFor('d-optimal', 5)
  const curation = await folder.generated()
  await labelAll(curation)
  expect(countsOf(curation)).toMatchObject({ due: 0, another: 5 })
  const options = { ...QUIETLY, reason: 'more' as const }
  expect(await selectAnother(curation, new FakeEngine(), options)).toBe(LOOK_AHEAD)
  expect(countsOf(curation)).toMatchObject({ selected: 5 + LOOK_AHEAD, due: 3, budget: 10 })
  await labelAll(curation)
  expect(countsOf(curation)).toMatchObject({ selected: 10, annotated: 10, due: 0, pairs: 10 })
  expect(await check(await folder.open())).toMatchObject({ different: [], notRepeatable: [] })
})

it('asks for no selection beyond the budget of an annotator that is not a person', async () => {
  const folder = folderFor('d-optimal', 6)
  await folder.generated()
  folder.set({ sampling, selection: { method: 'd-optimal' }, annotation: { budget: 3 } })
  const curation = await folder.open()
  expect(await annotateAll(curation)).toEqual({ annotated: 3, undecided: 0, beyondBudget: 3 })
  expect(countsOf(curation).selected).toBe(3)
})

it('passes over what an annotator has no opinion on', async () => {
  const curation = await folderFor('d-optimal', 6).generated()
  const picky = byScore((text, { prompt }) =>
    prompt.messages[0]?.content.startsWith('question 2') ? undefined : text.length,
  )
  const result = await annotateOpen(curation, picky, signal, new FakeEngine())
  expect(result).toEqual({ annotated: 5, undecided: 1, beyondBudget: 0 })
})
