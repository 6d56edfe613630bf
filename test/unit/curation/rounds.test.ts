// Rounds: what a later round samples, what earlier rounds keep, what the data set takes of each.
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { undo } from '../../../src/curation/annotate'
import { beginRound, carriedSettings } from '../../../src/curation/beginRound'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { importCandidates } from '../../../src/curation/importCandidates'
import { keepable } from '../../../src/curation/keepLabels'
import { reviewRows } from '../../../src/curation/review'
import { roundViews } from '../../../src/curation/roundViews'
import { selectAll } from '../../../src/curation/select'
import { labelStatistics } from '../../../src/curation/statistics'
import { findTask } from '../../../src/curation/tasks'
import type { Preference } from '../../../src/shared/domain'
import { trainingRows } from '../../../src/training/rows'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { best, decide, openTask, rank, taskAt } from './support/labelling'

const PROMPTS = ['one', 'two', 'three']
const RUN = '2026-01-01T00-00-00-dpo'
const NEXT = { generator: { model: `run:${RUN}` } }
const SAMPLING = { sampling: { n: 4 } }
const file = (more: Partial<CurationFileInput> = {}): Partial<CurationFileInput> => ({
  ...SAMPLING,
  ...more,
})

let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, SAMPLING)
})

/** Round 1 sampled, the first prompt of it labelled; then round 2 begun. */
async function twoRounds(): Promise<Curation> {
  const first = await folder.generated()
  await decide(first, taskAt(first, 0))
  await beginRound(first, NEXT)
  return folder.open()
}

const textsOf = (curation: Curation): string[] =>
  curation.round.prompts.flatMap(({ id }) => curation.round.pool(id).map(({ text }) => text))

describe('a curation without rounds', () => {
  it('has one, and its files name none', async () => {
    const curation = await folder.generated()
    expect(curation.rounds.map(({ number, run }) => [number, run])).toEqual([[1, null]])
    expect(roundViews(curation)).toEqual([])
    expect(folder.read('a.aepo.json')).not.toContain('rounds')
  })

  it('says so when another round is asked for', async () => {
    const curation = await folder.open()
    expect(() => curation.inRound(2)).toThrow('There is no round 2.')
  })
})

describe('beginning a round', () => {
  it('adds its generator to the curation file, and leaves the rest as it was written', async () => {
    const written = { version: 1, prompts: 'prompts.jsonl', generator: { model: 'm' }, ...SAMPLING }
    folder.write('a.aepo.json', `${JSON.stringify(written, null, 2)}\n`)
    expect(await beginRound(await folder.generated(), NEXT)).toBe(2)
    const { sampling, ...before } = written
    const expected = { ...before, rounds: [NEXT], sampling }
    expect(folder.read('a.aepo.json')).toBe(`${JSON.stringify(expected, null, 2)}\n`)
    const curation = await folder.generated()
    expect(curation.round).toMatchObject({ number: 2, run: RUN })
    expect(await beginRound(curation, { generator: { model: 'other' } })).toBe(3)
    expect((await folder.open()).rounds.map(({ generators }) => generators[0]?.model)).toEqual([
      'm',
      `run:${RUN}`,
      'other',
    ])
  })

  it('is refused while the last round has no candidates', async () => {
    await expect(beginRound(await folder.open(), NEXT)).rejects.toThrow('Round 1 has no candidates')
    await expect(beginRound(await twoRounds(), NEXT)).rejects.toThrow('Round 2 has no candidates')
  })

  it('is refused when another process began one meanwhile', async () => {
    const [one, other] = [await folder.generated(), await folder.open()]
    await beginRound(one, NEXT)
    await expect(beginRound(other, NEXT)).rejects.toMatchObject({ failure: { code: 'busy' } })
    expect((await folder.open()).rounds).toHaveLength(2)
  })

  it('carries over how the last generator is used', async () => {
    const template = { enable_thinking: false }
    folder.set(file({ generator: { model: 'm', device: 'cpu', template } }))
    expect(carriedSettings(await folder.open())).toEqual({ device: 'cpu', template })
    folder.set(file({ generator: [{ model: 'm', template }, { model: 'n' }] }))
    expect(carriedSettings(await folder.open())).toEqual({})
  })
})

describe('a later round', () => {
  it('samples the same prompts from its generator with other seeds, and keeps the pools apart', async () => {
    const first = await folder.generated()
    const before = textsOf(first)
    await beginRound(first, NEXT)
    const engine = new FakeEngine()
    const second = await folder.generated('ann', engine)
    expect(new Set(engine.loads)).toEqual(new Set([folder.inside(`a.aepo/runs/${RUN}/generator`)]))
    expect(textsOf(second)).toHaveLength(12)
    expect(textsOf(second).filter((text) => before.includes(text))).toEqual([])
    expect(textsOf(second.inRound(1))).toEqual(before)
  })

  it('is counted, reviewed and labelled by itself; earlier rounds stay labelable', async () => {
    await twoRounds()
    const second = await folder.generated()
    expect(countsOf(second)).toMatchObject({ annotated: 0, selected: 3, candidates: 12, pairs: 1 })
    expect(reviewRows(second, '').every(({ decision }) => decision === null)).toBe(true)
    expect(labelStatistics(second).labels.ranking).toBe(0)
    const first = second.inRound(1)
    expect(countsOf(first)).toMatchObject({ annotated: 1, selected: 3, candidates: 12, pairs: 1 })
    expect(reviewRows(first, '').filter(({ decision }) => decision)).toHaveLength(1)
    expect(labelStatistics(first).labels.ranking).toBe(1)
    await decide(first, openTask(first))
    await decide(second, openTask(second))
    expect(countsOf(second)).toMatchObject({ annotated: 1, pairs: 3 })
    expect(roundViews(second)).toMatchObject([
      { number: 1, run: null, annotated: 2, selected: 3, candidates: 12, isShown: false },
      { number: 2, run: RUN, annotated: 1, selected: 3, candidates: 12, isShown: true },
    ])
  })

  it('shows and undoes its own labels alone', async () => {
    await twoRounds()
    const second = await folder.generated()
    expect(await undo(second)).toBeNull()
    expect(findTask(second, { go: 'next-open' })?.position).toBe(0)
    expect(await undo(second.inRound(1))).toMatchObject({ task: { position: 0 } })
  })

  it('has the budget anew', async () => {
    folder.set(file({ annotation: { budget: 2 } }))
    const always = (): Promise<Preference> => Promise.resolve({ kind: 'tie' })
    const { signal } = QUIETLY
    const first = await folder.generated()
    expect(await annotateOpen(first, always, signal)).toMatchObject({
      annotated: 2,
      beyondBudget: 1,
    })
    await beginRound(first, NEXT)
    const second = await folder.generated()
    expect(countsOf(second).budget).toBe(2)
    expect(await annotateOpen(second, always, signal)).toMatchObject({ annotated: 2 })
  })

  it('gives an edited prompt the candidates of all rounds', async () => {
    await twoRounds()
    await folder.generated()
    folder.ask(['one', 'two!', 'three'])
    expect(keepable(await folder.open())).toMatchObject([{ candidates: 8 }])
  })

  it('takes imported responses without changing the pools of other rounds', async () => {
    const second = await twoRounds()
    const before = textsOf(second.inRound(1))
    const rows = [{ prompt: 'one', responses: ['A first answer.', 'A second answer.'] }]
    const imported = folder.writeRows('responses.jsonl', rows)
    expect(await importCandidates(second, imported)).toMatchObject({ candidates: 2 })
    expect(countsOf(second).candidates).toBe(2)
    expect(textsOf(second.inRound(1))).toEqual(before)
  })
})

describe('prompts in parts', () => {
  const many = Array.from({ length: 40 }, (_, index) => `prompt ${index}`)
  const idsOf = ({ round }: Curation): string[] => round.prompts.map(({ id }) => id)

  it('are divided among the rounds by their hash', async () => {
    folder = new CurationFolder(many, file({ promptParts: 2, rounds: [NEXT, NEXT] }))
    const third = await folder.open()
    const [one, two] = [idsOf(third.inRound(1)), idsOf(third.inRound(2))]
    expect(new Set([...one, ...two]).size).toBe(40)
    expect(Math.min(one.length, two.length)).toBeGreaterThan(8)
    expect(idsOf(third)).toEqual(one)
    folder.ask(['new', ...many].toReversed())
    expect(new Set(idsOf((await folder.open()).inRound(2)))).toEqual(
      expect.objectContaining(new Set(two)),
    )
  })

  it('are sampled, counted and reviewed in their round alone', async () => {
    folder = new CurationFolder(many, file({ promptParts: 2 }))
    const curation = await folder.generated()
    const { length } = idsOf(curation)
    expect(countsOf(curation)).toMatchObject({ prompts: length, candidates: 4 * length })
    expect(reviewRows(curation, '')).toHaveLength(length)
    expect(await selectAll(curation, new FakeEngine(), QUIETLY)).toBe(0)
    const outside = curation.prompts.find(({ id }) => !idsOf(curation).includes(id))
    const rows = [
      { prompt: outside?.messages, responses: ['An answer.'] },
      { prompt: curation.round.prompts[0]?.messages, responses: ['An answer.'] },
    ]
    const imported = await importCandidates(curation, folder.writeRows('c.jsonl', rows))
    expect(imported).toMatchObject({ candidates: 1, unknownPrompts: 1 })
  })
})

const DPO = { method: 'dpo', own: {} } as const

describe('the data set', () => {
  it('holds the rows of all rounds, or of those asked for', async () => {
    await twoRounds()
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
    await twoRounds()
    const second = await folder.generated()
    await decide(second, taskAt(second, 1))
    expect(trainingRows(second, DPO).map(({ generator }) => generator?.model)).toEqual([
      'builtin:SmolLM2-135M-Instruct',
      folder.inside(`a.aepo/runs/${RUN}/generator`),
    ])
  })

  it('has one row for two responses that several rounds compared: that of the last of these', async () => {
    folder = new CurationFolder(['one'], { sampling: { n: 2 }, rounds: [NEXT] })
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
      second.dataSet.pairs(rounds).map((pair) => [pair.chosen.text, pair.round])
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
    folder = new CurationFolder(['one', 'two', 'three', 'four'], SAMPLING)
    const curation = await folder.generated()
    for (const selection of curation.round.selections()) await rank(curation, selection)
    folder.set(file({ promptParts: 2 }))
    const parted = await folder.open()
    expect(parted.round.prompts.length).toBeLessThan(4)
    expect(parted.dataSet.pairs()).toHaveLength(4)
  })
})
