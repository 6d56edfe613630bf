// Broken rows in a file of responses that are to be left out, by an import and by a replay.
import { existsSync } from 'node:fs'
import { beforeEach, expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { replay } from '../../../src/curation/annotators/replay'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { selectAll } from '../../../src/curation/selection/select'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'

const JUDGED = ['one', 'two'].map((prompt) => ({
  prompt,
  responses: [
    { text: `A good answer to ${prompt}.`, score: 1 },
    { text: `Nothing of ${prompt}.`, score: 0 },
  ],
}))
const BROKEN = { prompt: 'one', responses: [7] }
const leavingOut = { leavesOutBroken: true }
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(['one', 'two'], { sampling: { n: 2 } })
})

const fileOf = (...rows: object[]): string => folder.writeRows('c.jsonl', rows)

it('are counted and listed, and the others are imported', async () => {
  const curation = await folder.open()
  const imported = await importCandidates(curation, fileOf(BROKEN, ...JUDGED, BROKEN), leavingOut)
  const why = expect.stringMatching(/^responses\[0\] is the number 7/) as string
  expect(imported).toMatchObject({
    candidates: 4,
    broken: {
      count: 2,
      first: [
        { line: 1, why },
        { line: 4, why },
      ],
    },
  })
  expect(curation.store.candidates.size).toBe(4)
})

it('are a failure where no other row is left', async () => {
  const curation = await folder.open()
  await expect(importCandidates(curation, fileOf(BROKEN), leavingOut)).rejects.toThrow(
    /1 of 1 row .*line 1: responses\[0\] is the number 7/s,
  )
  expect(existsSync(curation.paths.candidates)).toBe(false)
})

it('are listed by a replay, which takes the scores of the others', async () => {
  const curation = await folder.open()
  await importCandidates(curation, fileOf(...JUDGED))
  await selectAll(curation, new FakeEngine(), QUIETLY)
  const file = fileOf(BROKEN, ...JUDGED)
  await expect(replay(curation, file)).rejects.toThrow('1 of 3 rows')
  const notices: string[] = []
  const annotator = await replay(curation, file, (text) => notices.push(text), leavingOut)
  expect(notices).toEqual([
    expect.stringMatching(/^1 row is broken and is left out:\n {2}line 1: responses\[0\]/),
  ])
  expect(await annotateOpen(curation, annotator, QUIETLY.signal)).toMatchObject({ annotated: 2 })
})
