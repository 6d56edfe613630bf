// Every prompt with what became of it, and the decisions that were made last.
import { beforeEach, expect, it } from 'vitest'
import { annotate, undo } from '../../../src/curation/labelling/annotate'
import { recentDecisions } from '../../../src/curation/labelling/recentDecisions'
import { reviewRows } from '../../../src/curation/labelling/review'
import { CurationFolder } from './support/curationFolder'
import { decide, openTask, taskAt } from './support/labelling'

const PROMPTS = ['What is\n  a bridge for?', 'Name three fruits.', 'Why do leaves fall?']
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: 4 } })
})

it('lists prompts without selections, too', async () => {
  const rows = reviewRows(await folder.open(), '')
  expect(
    rows.map(({ position, excerpt, selectionId }) => [position, excerpt, selectionId]),
  ).toEqual([
    [0, 'What is a bridge for?', null],
    [1, 'Name three fruits.', null],
    [2, 'Why do leaves fall?', null],
  ])
})

it('says what was decided, with the note, and searches in prompts and notes', async () => {
  const curation = await folder.generated()
  const { selectionId, responses } = taskAt(curation, 1)
  const shownOrder = responses.map(({ candidateId }) => candidateId)
  const preference = { kind: 'tie' } as const
  const note = 'Both name APPLES.'
  await annotate(curation, { selectionId, preference, milliseconds: 1, shownOrder, note })
  expect(reviewRows(curation, '')[1]).toMatchObject({
    selectionId,
    decision: { preference, shownOrder },
    note,
  })
  const found = (search: string): number[] =>
    reviewRows(curation, search).map(({ position }) => position)
  expect(found('apples')).toEqual([1])
  expect(found(' BRIDGE ')).toEqual([0])
  expect(found('no such words')).toEqual([])
})

it('the last decisions come in the order in which they were made, and go with their undo', async () => {
  const curation = await folder.generated()
  let second = 0
  curation.now = () => new Date(1000 * second++)
  for (const place of [2, 0, 1]) await decide(curation, taskAt(curation, place), { kind: 'skip' })
  const places = (count: number): number[] =>
    recentDecisions(curation, count).map(({ position }) => position)
  expect(places(10)).toEqual([2, 0, 1])
  expect(places(2)).toEqual([0, 1])
  await undo(curation)
  expect(places(10)).toEqual([2, 0])
  expect(openTask(curation).position).toBe(1)
})

it('says why a prompt was left out', async () => {
  folder.ask([...PROMPTS, 'x'.repeat(2000)])
  const rows = reviewRows(await folder.generated(), '')
  expect(rows.map(({ leftOut }) => leftOut)).toEqual([
    null,
    null,
    null,
    'The prompt has 1,000 tokens, the model takes 100.',
  ])
})
