// The evaluations of an open curation: found, followed, sampled; their votes are told.
import { beforeEach, expect, it } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import { findPair, vote } from '../../../src/evaluation/blindTask'
import { openEvaluation } from '../../../src/evaluation/evaluation'
import { findOrMakeEvaluation } from '../../../src/evaluation/makeEvaluation'
import { OpenEvaluations } from '../../../src/host/evaluations'
import type { Activity } from '../../../src/shared/curationViews'
import { CurationFolder, QUIETLY } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'

let folder: CurationFolder
let curation: Curation
let messages: string[]
let changes: number
let evaluations: OpenEvaluations

const optionsOf = (annotator: string): Parameters<typeof openEvaluation>[2] => ({
  annotator,
  onMessage: (message) => messages.push(message),
  now: () => new Date(0),
})
const make = async (): Promise<string> => {
  const model = (name: string): { model: string; device: 'cpu' } => ({ model: name, device: 'cpu' })
  const request = { a: model('x'), b: model('y'), responses: 1, isNew: true }
  return (await findOrMakeEvaluation(curation, request)).id
}

beforeEach(async () => {
  folder = new CurationFolder(['one', 'two', 'three'])
  curation = await folder.open()
  messages = []
  changes = 0
  evaluations = new OpenEvaluations(
    () => optionsOf('ann'),
    () => changes++,
  )
  await evaluations.attach(curation)
})

it('finds those that another process made, and samples one', async () => {
  expect(evaluations.views()).toEqual([])
  const id = await make()
  await evaluations.refresh()
  expect(evaluations.views()).toMatchObject([{ id, a: 'x', b: 'y', sampled: 0, wanted: 6 }])
  const kinds = new Set<Activity['kind']>()
  await evaluations.sample(id, new FakeEngine(), {
    ...QUIETLY,
    onActivity: ({ kind }) => kinds.add(kind),
    log: { warn: (message) => messages.push(message) },
  })
  expect([...kinds]).toEqual(['evaluate'])
  expect(evaluations.views()).toMatchObject([{ sampled: 6, pairs: 3, voted: 0 }])
  expect(messages).toEqual([])
})

it('tells of votes, those of other processes too', async () => {
  const id = await make()
  await evaluations.sample(id, new FakeEngine(), { ...QUIETLY, log: { warn: () => undefined } })
  const voteBy = async (evaluation: Awaited<ReturnType<typeof openEvaluation>>): Promise<void> => {
    const task = findPair(evaluation, { go: 'next-open' })
    await vote(evaluation, {
      selectionId: task?.selectionId ?? '',
      preference: { kind: 'tie' },
      milliseconds: 1,
      shownOrder: ['response-1', 'response-2'],
      note: '',
    })
  }
  const before = changes
  await voteBy(await evaluations.open(id))
  expect(changes).toBeGreaterThan(before)
  await voteBy(await openEvaluation(curation, id, optionsOf('eve')))
  await evaluations.refresh()
  expect(evaluations.views()).toMatchObject([{ voted: 1, result: { votes: { tie: 2 } } }])
})

it('passes over one that cannot be read, with a message', async () => {
  const id = await make()
  folder.write(`a.aepo/evaluations/${id}/evaluation.json`, '{}')
  const other = await make()
  await evaluations.refresh()
  expect(evaluations.views().map((view) => view.id)).toEqual([other])
  expect(messages.join()).toMatch(/evaluation\.json: This file does not describe an evaluation\./)
})
