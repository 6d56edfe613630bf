// Responses that annotators rewrote: what is kept, what rows they make, and what they do not touch.
import { beforeEach, describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import { generatorStrengths } from '../../../src/curation/dataSet/strengths'
import { undo } from '../../../src/curation/labelling/annotate'
import { reviewRows } from '../../../src/curation/labelling/review'
import type { Edit, Preference } from '../../../src/shared/domain'
import type { Task } from '../../../src/shared/curationViews'
import { trainingRows } from '../../../src/training/rows'
import { CurationFolder } from './support/curationFolder'
import { best, decide, openTask, taskAt } from './support/labelling'

const WRITTEN = 'A better answer.'
let folder: CurationFolder
let curation: Curation
let task: Task
let texts: string[]

beforeEach(async () => {
  folder = new CurationFolder(['one', 'two', 'three'], { sampling: { n: 4 } })
  curation = await folder.generated()
  task = openTask(curation)
  texts = task.responses.map(({ text }) => text)
})

const editOf = (of: Task, place = 0, text = WRITTEN): Edit => ({
  candidateId: of.responses[place]?.candidateId ?? '',
  text,
})

const pairs = (): string[][] =>
  curation.comparisons.pairs().map(({ chosen, rejected }) => [chosen.text, rejected.text])

/** The responses shown are shuffled: their order in the data set is another one. */
const inAnyOrder = (rows: unknown[]): unknown[] =>
  rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))

const contents = (row: Record<string, unknown>, ...keys: string[]): unknown[] =>
  keys.map((key) => (row[key] as { content: string }[])[0]?.content)

describe('an edited response', () => {
  it('is preferred to all that were shown, in the data set too', async () => {
    await decide(curation, task, best(task, 1), editOf(task, 1))
    await curation.dataSet.settled()
    const [first = '', second = ''] = texts
    const expected = inAnyOrder([
      [second, first],
      [WRITTEN, first],
      [WRITTEN, second],
    ])
    expect(inAnyOrder(pairs())).toEqual(expected)
    const rows = folder.rows() as Record<string, unknown>[]
    expect(inAnyOrder(rows.map((row) => contents(row, 'chosen', 'rejected')))).toEqual(expected)
  })

  it.each<[string, Preference]>([
    ['a tie', { kind: 'tie' }],
    ['all bad', { kind: 'allBad' }],
  ])('beside %s leaves the others alike', async (_, preference) => {
    await decide(curation, task, preference, editOf(task))
    expect(inAnyOrder(pairs())).toEqual(inAnyOrder(texts.map((text) => [WRITTEN, text])))
  })

  it('of an annotator does not change what others say of the responses shown', async () => {
    await decide(curation, task, best(task, 0), editOf(task, 0))
    const other = await folder.open('other')
    await decide(other, task, best(task, 1))
    const again = await folder.open()
    expect(again.comparisons.pairs().map(({ chosen }) => chosen.text)).toEqual([WRITTEN, WRITTEN])
  })

  it('that two annotators wrote alike is one response', async () => {
    await decide(curation, task, best(task, 0), editOf(task, 0))
    const other = await folder.open('other')
    await decide(other, task, best(task, 0), editOf(task, 0))
    const again = await folder.open()
    expect(again.comparisons.labelled()[0]?.candidates).toHaveLength(texts.length + 1)
  })

  it('is shown with the task and the review after a restart', async () => {
    await decide(curation, task, best(task), editOf(task))
    const again = await folder.open()
    expect(taskAt(again, 0)).toMatchObject({ edit: editOf(task), preference: best(task) })
    expect(reviewRows(again, '').map(({ decision }) => decision?.isEdited)).toEqual([
      true,
      undefined,
      undefined,
    ])
  })

  it('comes back with its undo, and leaves the data set', async () => {
    await decide(curation, task, best(task), editOf(task))
    expect(await undo(curation)).toMatchObject({ edit: editOf(task), task: { edit: null } })
    await curation.dataSet.settled()
    expect(folder.output()).toBe('')
  })

  it('is a finished response where the sampled one was cut off', async () => {
    await decide(curation, task, best(task), editOf(task))
    const [labelled] = curation.comparisons.labelled()
    expect(labelled?.candidates.at(-1)).toMatchObject({
      text: WRITTEN,
      finishReason: 'stop',
      tokenCount: null,
      logprob: null,
    })
  })

  it('is trained on, by pairs and by single responses', async () => {
    await decide(curation, task, best(task), editOf(task))
    const [first = '', second = ''] = texts
    const kto = trainingRows(curation, { method: 'kto', own: {} })
    expect(
      inAnyOrder(kto.map((row) => [...contents({ ...row }, 'completion'), row.values?.label])),
    ).toEqual(
      inAnyOrder([
        [first, false],
        [second, false],
        [WRITTEN, true],
      ]),
    )
    const dpo = trainingRows(curation, { method: 'dpo', own: {} })
    expect(
      inAnyOrder(
        dpo.map((row) => [...contents({ ...row }, 'chosen'), 'chosenEnd' in row && row.chosenEnd]),
      ),
    ).toEqual(
      inAnyOrder([
        [first, 'stop'],
        [WRITTEN, 'stop'],
        [WRITTEN, 'stop'],
      ]),
    )
  })

  it('counts by the labels where SPPO reads scores', async () => {
    await decide(curation, task, { kind: 'allBad' }, editOf(task))
    const rows = trainingRows(curation, { method: 'sppo', own: { probabilities: 'scores' } })
    expect(rows.map(({ values }) => values)).toEqual([
      { chosenProbability: 1, rejectedProbability: 0 },
      { chosenProbability: 1, rejectedProbability: 0 },
    ])
  })

  it('is no response of a generator', async () => {
    await decide(curation, task, best(task), editOf(task))
    const [compared] = curation.comparisons.shown()
    expect(compared?.candidates.map(({ text }) => text).toSorted()).toEqual(texts.toSorted())
    expect(generatorStrengths(curation)).toEqual([])
  })
})

it.each<[string, (of: Task) => [Preference, Edit]]>([
  ['of another response', (of) => [best(of), { candidateId: 'nobody', text: 'Hi' }]],
  ['without a text', (of) => [best(of), editOf(of, 0, ' \n')]],
  ['beside a skip', (of) => [{ kind: 'skip' }, editOf(of)]],
])('an edit %s is refused', async (_, decision) => {
  await expect(decide(curation, task, ...decision(task))).rejects.toMatchObject({
    failure: { code: 'bad-input' },
  })
  expect(taskAt(curation, 0).preference).toBeNull()
})
