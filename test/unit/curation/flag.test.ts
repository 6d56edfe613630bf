// Flags: journalled with the annotations, without effect on them.
import { expect, it } from 'vitest'
import { undo } from '../../../src/curation/labelling/annotate'
import { setFlag } from '../../../src/curation/labelling/flag'
import { reviewRows } from '../../../src/curation/labelling/review'
import { CurationFolder } from './support/curationFolder'
import { decide, openTask, taskAt } from './support/labelling'

const flagged = (rows: ReturnType<typeof reviewRows>): number[] =>
  rows.filter((row) => row.flagged).map(({ position }) => position)

it('stays on its prompt until it is taken away, and leaves labels and rows as they are', async () => {
  const folder = new CurationFolder(['one', 'two'], { sampling: { n: 4 } })
  const curation = await folder.generated()
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  const rows = folder.output()
  for (const { promptId } of [taskAt(curation, 0), taskAt(curation, 1)])
    await setFlag(curation, promptId, true)
  await setFlag(curation, taskAt(curation, 0).promptId, false)
  expect(taskAt(curation, 1).flagged).toBe(true)

  const again = await folder.open()
  expect(flagged(reviewRows(again, ''))).toEqual([1])
  await again.dataSet.write()
  expect(folder.output()).toBe(rows)
  expect((await undo(again))?.task.position).toBe(0)
  expect(flagged(reviewRows(again, ''))).toEqual([1])
})

it('is of one annotator, and is written once', async () => {
  const folder = new CurationFolder(['one'], { sampling: { n: 4 } })
  const ann = await folder.generated('ann')
  const { promptId } = taskAt(ann, 0)
  await setFlag(ann, promptId, true)
  await setFlag(ann, promptId, true)
  expect(folder.read('a.aepo/annotations/ann.jsonl').trim().split('\n')).toHaveLength(1)
  expect(flagged(reviewRows(await folder.open('bob'), ''))).toEqual([])
})

it('leaves a prompt out of an export that asks for it, whoever flagged it', async () => {
  const folder = new CurationFolder(['one', 'two'], { sampling: { n: 4 } })
  const ann = await folder.generated('ann')
  for (const place of [0, 1]) await decide(ann, taskAt(ann, place))
  const bob = await folder.open('bob')
  await setFlag(bob, taskAt(bob, 1).promptId, true)
  const written = await ann.dataSet.write({ flagged: 'leave-out' })
  expect(written.rows).toHaveLength(1)
  expect(written.file).toBe(folder.inside('a.without-flagged.dpo.jsonl'))
  expect((await ann.dataSet.write()).rows).toHaveLength(2)
})
