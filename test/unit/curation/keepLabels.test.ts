// Edited prompts: their labels are counted as lost, and are kept when a person says so.
import { expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { keepable, keepLabels } from '../../../src/curation/prompts/keepLabels'
import { promptMatcher } from '../../../src/curation/prompts/promptMatch'
import { CurationFolder } from './support/curationFolder'
import { decide, taskAt } from './support/labelling'

const PROMPTS = ['one', 'two', 'three', 'four']

async function labelled(): Promise<{ folder: CurationFolder; ids: string[] }> {
  const folder = new CurationFolder(PROMPTS, { sampling: { n: 4 } })
  const curation = await folder.generated()
  for (const place of PROMPTS.keys()) await decide(curation, taskAt(curation, place))
  await curation.dataSet.settled()
  return { folder, ids: curation.prompts.map(({ id }) => id) }
}
const earlierOf = (curation: Curation): [line: number, earlier: string][] =>
  keepable(curation).map(({ line, earlier }) => [line, earlier])

it('counts what the journals hold of prompts that the file no longer has', async () => {
  const { folder } = await labelled()
  expect((await folder.open()).orphans).toBeNull()
  folder.ask(['one', 'three'])
  const orphans = { prompts: 2, candidates: 8, annotations: 2 }
  expect((await folder.open()).orphans).toEqual(orphans)
  expect(countsOf(await folder.open('another'))).toMatchObject({ orphans, annotated: 0 })
})

it('offers each edited prompt that stands where another stood', async () => {
  const { folder, ids } = await labelled()
  folder.ask(['one', 'TWO', 'three', 'FOUR', 'new'])
  expect(earlierOf(await folder.open())).toEqual([[2, ids[1]]])
  folder.ask(['ONE', 'TWO', 'three', 'FOUR'])
  const curation = await folder.open()
  expect(earlierOf(curation)).toEqual([
    [1, ids[0]],
    [2, ids[1]],
    [4, ids[3]],
  ])
  expect(keepable(curation)[0]).toMatchObject({
    candidates: 4,
    annotations: 1,
    response: curation.round.pool(ids[0] ?? '')[0]?.text,
  })
})

it('keeps the labels of an edited prompt under its new text, again after another edit', async () => {
  const { folder, ids } = await labelled()
  for (const text of ['TWO', 'Two!']) {
    folder.ask(['one', text, 'three', 'four'])
    const before = await folder.open()
    await keepLabels(before, keepable(before))
    const curation = await folder.open()
    expect(curation.orphans).toBeNull()
    expect(curation.prompts[1]).toEqual({
      id: ids[1],
      messages: [{ role: 'user', content: text }],
    })
    expect(countsOf(curation)).toMatchObject({ annotated: 4, candidates: 16 })
    await curation.dataSet.write()
    expect(folder.rows()[1]).toMatchObject({ prompt: [{ role: 'user', content: text }] })
    const [, , , other] = before.prompts
    expect(promptMatcher(curation)(before.prompts[1] ?? { id: '', messages: [] })?.id).toBe(ids[1])
    expect(promptMatcher(curation)(other ?? { id: '', messages: [] })?.id).toBe(ids[3])
  }
})

it('an earlier prompt that comes back has its labels', async () => {
  const { folder, ids } = await labelled()
  folder.ask(['one', 'TWO', 'three', 'four'])
  const before = await folder.open()
  await keepLabels(before, keepable(before))
  folder.ask(['one', 'two', 'three', 'four', 'TWO'])
  const curation = await folder.open()
  expect(curation.prompts.map(({ id }) => id).slice(0, 4)).toEqual(ids)
  expect(curation.prompts[4]?.id).toBe(before.prompts[1]?.id)
})
