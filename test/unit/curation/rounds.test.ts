// Rounds: how one begins, what a later one samples, what earlier ones keep.
import { rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { undo } from '../../../src/curation/labelling/annotate'
import { beginRound, carriedSettings } from '../../../src/curation/beginRound'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generation/generate'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { keepable } from '../../../src/curation/prompts/keepLabels'
import { reviewRows } from '../../../src/curation/labelling/review'
import { roundViews } from '../../../src/curation/roundViews'
import { selectAll } from '../../../src/curation/selection/select'
import { labelStatistics } from '../../../src/curation/labelling/statistics'
import { findTask } from '../../../src/curation/labelling/tasks'
import type { Preference } from '../../../src/shared/domain'
import { type CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, openTask } from './support/labelling'
import { newFolder, NEXT, PROMPTS, RUN, SAMPLING, twoRounds } from './support/rounds'

let folder: CurationFolder

beforeEach(() => {
  folder = newFolder(PROMPTS, SAMPLING)
})

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
    await expect(beginRound(await twoRounds(folder), NEXT)).rejects.toThrow(
      'Round 2 has no candidates',
    )
  })

  it('is refused when another process began one meanwhile', async () => {
    const [one, other] = [await folder.generated(), await folder.open()]
    await beginRound(one, NEXT)
    await expect(beginRound(other, NEXT)).rejects.toMatchObject({ failure: { code: 'busy' } })
    expect((await folder.open()).rounds).toHaveLength(2)
  })

  it('carries over how the last generator is used', async () => {
    const template = { enable_thinking: false }
    folder.set({ ...SAMPLING, generator: { model: 'm', device: 'cpu', template } })
    expect(carriedSettings(await folder.open())).toEqual({ device: 'cpu', template })
    folder.set({ ...SAMPLING, generator: [{ model: 'm', template }, { model: 'n' }] })
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

  it('says that the model of its run is to be built, where it is not', async () => {
    const second = await twoRounds(folder)
    rmSync(folder.inside(`a.aepo/runs/${RUN}/generator`), { recursive: true })
    const sampling = generate(second, new FakeEngine(), { ...QUIETLY, select: false })
    await expect(sampling).rejects.toThrow(`The model of the run ${RUN} is not built here.`)
  })

  it('is counted, reviewed and labelled by itself; earlier rounds stay labelable', async () => {
    await twoRounds(folder)
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
    expect([[1], [2], [1, 2]].map((rounds) => second.dataSet.counts(rounds).pairs)).toEqual([
      2, 1, 3,
    ])
    expect(labelStatistics(second, undefined, second.rounds).labels.ranking).toBe(3)
    expect(roundViews(second)).toMatchObject([
      { number: 1, run: null, annotated: 2, selected: 3, candidates: 12, isShown: false },
      { number: 2, run: RUN, annotated: 1, selected: 3, candidates: 12, isShown: true },
    ])
  })

  it('shows and undoes its own labels alone', async () => {
    await twoRounds(folder)
    const second = await folder.generated()
    expect(await undo(second)).toBeNull()
    expect(findTask(second, { go: 'next-open' })?.position).toBe(0)
    expect(await undo(second.inRound(1))).toMatchObject({ task: { position: 0 } })
  })

  it('has the budget anew', async () => {
    folder.set({ ...SAMPLING, annotation: { budget: 2 } })
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
    await twoRounds(folder)
    await folder.generated()
    folder.ask(['one', 'two!', 'three'])
    expect(keepable(await folder.open())).toMatchObject([{ candidates: 8 }])
  })

  it('takes imported responses without changing the pools of other rounds', async () => {
    const second = await twoRounds(folder)
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
    folder = newFolder(many, { ...SAMPLING, promptParts: 2, rounds: [NEXT, NEXT] })
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
    folder = newFolder(many, { ...SAMPLING, promptParts: 2 })
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
