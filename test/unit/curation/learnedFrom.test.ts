// Which labels a selection rests on, and that it is the choice of its rule's definition.
import { inverse, Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { fitBradleyTerry, sigmoid } from '../../../src/core/selection/bradleyTerry'
import { featureCount, featuresIn } from '../../../src/core/selection/features/features'
import { undo } from '../../../src/curation/labelling/annotate'
import { selectAhead } from '../../../src/curation/learning/selectAhead'
import type { LabelMethod } from '../../../src/shared/domain'
import type { LabelledComparisons, SelectParams } from '../../../src/shared/selectionProtocol'
import * as plain from '../selection/plainRules'
import { QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, openTask } from './support/labelling'
import { ahead, annotateAll, check, folderFor, journalled } from './support/learning'

const { signal } = QUIETLY

describe('the choice', () => {
  /** What the engine was asked where so many labels were known. */
  async function asked(
    method: LabelMethod,
    labels: number,
  ): Promise<{ engine: FakeEngine; params: SelectParams; compared: LabelledComparisons[] }> {
    const engine = new FakeEngine()
    const curation = await folderFor(method, 40).generated()
    await annotateAll(curation, engine)
    const params =
      engine.selects.find(({ learned }) => learned?.labels.places.length === labels) ??
      expect.fail()
    return { engine, params, compared: engine.comparedFor(params) }
  }

  const rowsOf = (values: Float64Array, size: number): number[][] =>
    Array.from({ length: values.length / size }, (_, row) => [
      ...values.subarray(row * size, (row + 1) * size),
    ])

  it.each([
    ['d-optimal', 5],
    ['v-optimal', 25],
    ['adaptive', 25],
    ['uncertain', 25],
  ] as const)('of %s is that of its definition after %i labels', async (method, labels) => {
    const { engine, params, compared: comparisons } = await asked(method, labels)
    const { learned = expect.fail(), pool, vectors, dim } = params
    const { space, promptVector } = learned
    const size = featureCount(space)
    const texts = pool.map(({ text }) => text)
    const rows = rowsOf(featuresIn(space, { texts, vectors, promptVector }, dim), size)
    const compared = comparisons.flatMap(({ differences }) => rowsOf(differences, size))
    expect(compared).toHaveLength(labels)
    const { weights } = fitBradleyTerry(
      { rows: Float64Array.from(compared.flat()), count: labels, dim: size },
      3,
    )
    const mean = [...weights]
    const information = (row: number[]): number => {
      if (method === 'd-optimal') return 1
      const share = sigmoid(row.reduce((sum, x, d) => sum + x * (mean[d] ?? 0), 0))
      return share * (1 - share)
    }
    const precision = compared.reduce(
      (sum, row) => {
        const column = Matrix.columnVector(row)
        return sum.add(column.mmul(column.transpose()).mul(information(row)))
      },
      Matrix.eye(size, size, 1 / 3),
    )
    const covariance = inverse(precision).to2DArray()
    const expected =
      method === 'd-optimal'
        ? plain.dOptimal(rows, covariance, 2)
        : method === 'v-optimal'
          ? plain.vOptimal(rows, mean, covariance, 2)
          : method === 'adaptive'
            ? plain.adaptive(rows, mean, covariance, 2)
            : plain.uncertain(rows, mean, 2)
    const chosen = await engine.request('select', params)
    expect(chosen.candidateIds).toEqual(expected.map((place) => pool[place]?.id))
  })

  it('sees of each label the features of the preferred response minus those of the other', async () => {
    const { compared } = await asked('adaptive', 30)
    expect(compared.map(({ rows }) => [...rows])).toEqual(Array.from({ length: 30 }, () => [1]))
    expect(compared.every(({ decisive }) => decisive.every((one) => one === 1))).toBe(true)
    expect(compared.flatMap(({ differences }) => [...differences]).some((x) => x !== 0)).toBe(true)
  })
})

describe('what a selection rests on', () => {
  it('stays what was known when it was made, though labels are undone or change', async () => {
    const folder = folderFor('d-optimal', 5)
    const curation = await folder.generated()
    const first = openTask(curation)
    await decide(curation, first)
    await ahead(curation, first.promptId)
    const before = curation.round.selections()
    await undo(curation)
    await decide(curation, first, { kind: 'tie' })
    await ahead(curation, first.promptId)
    expect(curation.round.selections()).toEqual(before)
    // the next one rests on the new label alone
    const second = openTask(curation)
    await decide(curation, second)
    await ahead(curation, second.promptId)
    const last = journalled(folder).at(-1)?.learned
    expect(last?.labels).toBe(2)
    expect(await check(await folder.open())).toMatchObject({ different: [], notRepeatable: [] })
  })

  it('is found whichever way the journals of two annotators were merged', async () => {
    const folder = folderFor('adaptive', 45)
    await folder.generated('ann')
    const [ann, eve] = [await folder.open('ann'), await folder.open('eve')]
    await annotateAll(ann)
    await annotateAll(eve)
    const lines = folder.read('a.aepo/annotations/ann.jsonl').trimEnd().split('\n')
    // lines of a union merge, in another order, and an undo before its annotation
    folder.write('a.aepo/annotations/ann.jsonl', `${lines.toReversed().join('\n')}\n`)
    expect(await check(await folder.open())).toEqual({
      same: 45,
      different: [],
      notRepeatable: [],
    })
  })

  it('is said to be gone where it is', async () => {
    const folder = folderFor('d-optimal', 6)
    const curation = await folder.generated()
    await annotateAll(curation)
    folder.write('a.aepo/annotations/ann.jsonl', '')
    const { same, different, notRepeatable } = await check(await folder.open())
    expect([same, different]).toEqual([2, []])
    expect(notRepeatable.map(({ why }) => why)).toEqual(
      Array.from({ length: 4 }, () => 'The journals lack annotations that it learned from.'),
    )
  })
})

it('learns from everyone, also from labels on the same selection', async () => {
  const folder = folderFor('d-optimal', 4)
  await folder.generated('ann')
  const [ann, eve] = [await folder.open('ann'), await folder.open('eve')]
  const task = openTask(ann)
  await decide(ann, task)
  await eve.store.refresh()
  await decide(eve, openTask(eve), { kind: 'tie' })
  await ahead(eve, task.promptId)
  expect(journalled(folder).at(-1)?.learned?.labels).toBe(2)
})

it('learns nothing from skips and from “all bad”', async () => {
  const folder = folderFor('d-optimal', 4)
  const curation = await folder.generated()
  for (const kind of ['skip', 'allBad'] as const) {
    const task = openTask(curation)
    await decide(curation, task, { kind })
    await ahead(curation, task.promptId)
  }
  expect(journalled(folder).map((one) => one.learned?.labels)).toEqual([0, 0, 0, 0])
})

it('of three responses learns every pair of different tiers', async () => {
  const engine = new FakeEngine()
  const curation = await folderFor('d-optimal', 3, 3).generated()
  await annotateAll(curation, engine)
  const compared = engine.comparedFor(engine.selects.at(-1) ?? expect.fail())
  expect(compared.map(({ rows }) => [...rows])).toEqual([[3], [3]])
})

it('sends each label to the engine once, and all to one that was started again', async () => {
  const engine = new FakeEngine()
  const folder = folderFor('d-optimal', 6)
  const curation = await folder.generated()
  const labelOne = async (): Promise<number> => {
    const task = openTask(curation)
    await decide(curation, task)
    await selectAhead(curation, engine, { signal, shown: task.promptId })
    const sent = engine.sentLabels.reduce((sum, { labels }) => sum + labels.rows.length, 0)
    engine.sentLabels.length = 0
    return sent
  }
  expect(await labelOne()).toBe(1)
  expect(await labelOne()).toBe(1)
  engine.forgetLabels()
  expect(await labelOne()).toBe(1 + 3)
  expect(await labelOne()).toBe(1)
  await curation.dataSet.settled()
  expect(await check(await folder.open())).toEqual({ same: 6, different: [], notRepeatable: [] })
})
