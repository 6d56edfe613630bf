// A curation beside other work: prompts that change, other annotators and processes, and what comes
// next.
import { existsSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { setEarlierAside } from '../../../src/curation/generation/earlierSettings'
import { undo } from '../../../src/curation/labelling/annotate'
import { findTask } from '../../../src/curation/labelling/tasks'
import type { StoreChange } from '../../../src/store/storeChange'
import { CurationFolder } from './support/curationFolder'
import { rank } from './support/labelling'

const PROMPTS = ['one', 'two', 'three', 'four', 'five']
const N = 4
let folder: CurationFolder

const decide = async (curation: Curation, selectionId: string): Promise<void> =>
  rank(curation, curation.store.selections.required(selectionId))

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: N } })
})

describe('the next task', () => {
  it('is the open one after a place, then those before it', async () => {
    const curation = await folder.generated()
    const [first = '', second = '', third = '', ...others] = curation.round
      .selections()
      .map(({ id }) => id)
    await decide(curation, third)
    expect(findTask(curation, { go: 'next-open', from: second })?.prompt[0]?.content).toBe('four')
    for (const id of others) await decide(curation, id)
    expect(findTask(curation, { go: 'next-open', from: third })?.prompt[0]?.content).toBe('one')
    await decide(curation, first)
    await decide(curation, second)
    expect(findTask(curation, { go: 'next-open', from: second })).toBeNull()
  })
})

describe('beside other processes', () => {
  it('the data set keeps what others decided since', async () => {
    const first = await folder.generated('first')
    const second = await folder.open('second')
    const [one = '', two = ''] = first.round.selections().map(({ id }) => id)
    await decide(second, two)
    await decide(first, one)
    await Promise.all([first.dataSet.settled(), second.dataSet.settled()])
    expect(folder.rows()).toHaveLength(2)
    expect(countsOf(first).pairs).toBe(2)
  })

  it('a decision on a selection that was set aside is refused, and nothing is written', async () => {
    const curation = await folder.generated()
    const [id = ''] = curation.round.selections().map((selection) => selection.id)
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    await setEarlierAside(await folder.open('other'), new Date(0))
    await expect(decide(curation, id)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect(existsSync(folder.inside('a.aepo/annotations'))).toBe(false)
  })

  it('tells of a change only when there was one', async () => {
    const curation = await folder.generated()
    const changes: StoreChange[] = []
    curation.onChange((change) => changes.push(change))
    await curation.store.refresh()
    expect(changes).toEqual([])
    await decide(await folder.open('other'), curation.round.selections()[0]?.id ?? '')
    await curation.store.refresh()
    expect(changes).toMatchObject([{ foreign: true }])
    expect(changes[0]?.journals).toEqual(new Set(['annotations']))
    expect(changes[0]?.promptIds).toEqual(new Set([curation.prompts[0]?.id]))
  })
})

describe('prompts that were taken out of the file', () => {
  beforeEach(async () => {
    const curation = await folder.generated()
    for (const { id } of curation.round.selections().slice(0, 2)) await decide(curation, id)
    await curation.dataSet.settled()
    folder.ask(['one', 'six'])
  })

  it('count no more, and what new ones lack is missing', async () => {
    expect(countsOf(await folder.open())).toMatchObject({
      prompts: 2,
      candidates: N,
      candidatesWanted: 2 * N,
      selected: 1,
      annotated: 1,
      pairs: 1,
    })
  })

  it('are passed over by undo', async () => {
    const curation = await folder.open()
    expect((await undo(curation))?.task.prompt[0]?.content).toBe('one')
    expect(await undo(curation)).toBeNull()
    folder.ask(['two'])
    expect(countsOf(await folder.open()).annotated).toBe(1)
  })
})

it('pools larger than N are whole', async () => {
  await folder.generated()
  folder.set({ sampling: { n: N - 1 } })
  expect(countsOf(await folder.open())).toMatchObject({
    candidates: PROMPTS.length * N,
    candidatesWanted: PROMPTS.length * N,
  })
})
