// What the labels of a curation say together.
import { expect, it } from 'vitest'
import { labelStatistics } from '../../../src/curation/labelling/statistics'
import { CurationFolder } from './support/curationFolder'
import { best, decide, taskAt } from './support/labelling'

it('counts labels, pairs, places and agreement', async () => {
  const folder = new CurationFolder(['one', 'two', 'three'], { sampling: { n: 4 } })
  const ann = await folder.generated('ann')
  for (const place of [0, 1]) await decide(ann, taskAt(ann, place), best(taskAt(ann, place), place))
  await decide(ann, taskAt(ann, 2), { kind: 'allBad' })
  expect(labelStatistics(ann)).toMatchObject({
    labels: { ranking: 2, tie: 0, allBad: 1, skip: 0 },
    longer: { of: 2 },
    first: { count: 1, of: 2 },
    k: 2,
    medianMilliseconds: 10,
    agreement: [],
  })

  const bob = await folder.open('bob')
  const [chosen] = ann.store.annotations.standing('ann').values()
  await decide(bob, taskAt(bob, 0), chosen?.preference)
  await decide(bob, taskAt(bob, 2), { kind: 'tie' })
  expect(labelStatistics(bob).agreement).toEqual([
    { annotators: ['ann', 'bob'], same: { count: 1, of: 2 } },
  ])
})
