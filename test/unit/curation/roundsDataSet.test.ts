// What the data set and a training run take of each round.
import { beforeEach, describe, expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { selectAll } from '../../../src/curation/selection/select'
import type { Preference } from '../../../src/shared/domain'
import { trainingRows } from '../../../src/training/rows'
import { type CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { best, decide, rank, taskAt } from './support/labelling'
import { newFolder, NEXT, PROMPTS, RUN, SAMPLING, twoRounds } from './support/rounds'

const DPO = { method: 'dpo', own: {} } as const
let folder: CurationFolder

beforeEach(() => {
  folder = newFolder(PROMPTS, SAMPLING)
})

describe('the data set', () => {
  it('holds the rows of all rounds, or of those asked for', async () => {
    await twoRounds(folder)
    const second = await folder.generated()
    await decide(second, taskAt(second, 0))
    await decide(second, taskAt(second, 1))
    await second.dataSet.settled()
    expect(folder.rows()).toHaveLength(3)
    expect(second.dataSet.rows({ rounds: [1] }).rows).toHaveLength(1)
    expect(second.dataSet.rows({ rounds: [2] }).rows).toHaveLength(2)
    expect(second.dataSet.rows({ rounds: [2], format: 'kto' }).rows).toHaveLength(4)
    expect(trainingRows(second, DPO)).toHaveLength(3)
    expect(trainingRows(second, { ...DPO, rounds: [2] })).toHaveLength(2)
    expect(second.dataSet.fileFor({ rounds: [2] })).toBe(folder.inside('a.round-2.dpo.jsonl'))
    const { file: written } = await second.dataSet.write({ rounds: [2] })
    expect(
      folder
        .read(written.slice(folder.path.length + 1))
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2)
    expect(folder.rows()).toHaveLength(3)
  })

  it('names the generator of each row', async () => {
    await twoRounds(folder)
    const second = await folder.generated()
    await decide(second, taskAt(second, 1))
    expect(trainingRows(second, DPO).map(({ generator }) => generator?.model)).toEqual([
      'builtin:SmolLM2-135M-Instruct',
      `run:${RUN}`,
    ])
  })

  it('has one row for two responses that several rounds compared: that of the last of these', async () => {
    folder = newFolder(['one'], { sampling: { n: 2 }, rounds: [NEXT] })
    const rows = [{ prompt: 'one', responses: ['A first answer.', 'A second answer.'] }]
    const imported = folder.writeRows('responses.jsonl', rows)
    const second = await folder.open()
    const first = second.inRound(1)
    for (const curation of [first, second]) {
      await importCandidates(curation, imported)
      await selectAll(curation, new FakeEngine(), QUIETLY)
    }
    const [before, after] = [taskAt(first, 0), taskAt(second, 0)]
    const chosen = (task: typeof before): Preference =>
      best(
        task,
        task.responses.findIndex(({ text }) => text === 'A first answer.'),
      )
    const other = (task: typeof before): Preference =>
      best(
        task,
        task.responses.findIndex(({ text }) => text === 'A second answer.'),
      )
    const texts = (rounds?: number[]): unknown =>
      second.comparisons.pairs(rounds).map((pair) => [pair.chosen.text, pair.round])
    await decide(first, before, chosen(before))
    expect(texts()).toEqual([['A first answer.', 1]])
    await decide(second, after, other(after))
    expect(texts()).toEqual([['A second answer.', 2]])
    expect(texts([1])).toEqual([['A first answer.', 1]])
    expect(countsOf(second).pairs).toBe(1)
    await second.dataSet.settled()
    expect(folder.rows()).toMatchObject([{ chosen: [{ content: 'A second answer.' }] }])
    expect(second.dataSet.rows({ rounds: [1] }).rows).toMatchObject([
      { chosen: [{ content: 'A first answer.' }] },
    ])
    expect(second.dataSet.rows({ format: 'kto' }).rows).toHaveLength(4)
  })

  it('keeps the rows of labels whose prompts the round no longer takes', async () => {
    folder = newFolder(['one', 'two', 'three', 'four'], SAMPLING)
    const curation = await folder.generated()
    for (const selection of curation.round.selections()) await rank(curation, selection)
    folder.set({ ...SAMPLING, promptParts: 2 })
    const parted = await folder.open()
    expect(parted.round.prompts.length).toBeLessThan(4)
    expect(parted.comparisons.pairs()).toHaveLength(4)
  })
})
