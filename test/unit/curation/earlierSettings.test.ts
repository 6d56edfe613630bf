// Settings that change after candidates were sampled: found, and sampled again without losing a
// line or a decision.
import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import {
  earlierCandidates,
  setEarlierAside,
} from '../../../src/curation/generation/earlierSettings'
import { generate } from '../../../src/curation/generation/generate'
import { findTask } from '../../../src/curation/labelling/tasks'
import { toFailure } from '../../../src/shared/errors'
import { replaceFile } from '../../../src/store/atomicFile'
import { withBriefLock } from '../../../src/store/briefLock'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, openTask } from './support/labelling'

const PROMPTS = ['one', 'two', 'three']
const N = 4
const NOW = new Date('2026-01-02T03:04:05.678Z')
let folder: CurationFolder

function generated(changes: Partial<CurationFileInput>): Promise<Curation> {
  folder.set(changes)
  return folder.generated()
}

async function decideFirst(curation: Curation): Promise<void> {
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
}

beforeEach(() => {
  folder = new CurationFolder(PROMPTS)
})

describe('candidates from earlier settings', () => {
  it('are none when only the format of the weights is another, which is recorded', async () => {
    folder.set({ sampling: { n: N } })
    const curation = await folder.open()
    for (const variant of [undefined, 'q4', 'q8']) {
      const engine = new FakeEngine()
      engine.variant = variant
      await generate(curation, engine, {
        ...QUIETLY,
        select: false,
        limit: 1,
      })
    }
    expect([...curation.store.candidates.allGenerations()].map(({ variant }) => variant)).toEqual([
      undefined,
      'q4',
      'q8',
    ])
    expect(earlierCandidates(curation)).toBeNull()
  })

  it.each<[string, Partial<CurationFileInput>, string[] | null]>([
    ['nothing changed', { sampling: { n: N } }, null],
    ['more candidates wanted', { sampling: { n: N + 2 } }, null],
    ['another λ', { sampling: { n: N }, selection: { lambda: 1 } }, null],
    ['another device', { sampling: { n: N }, generator: { device: 'cpu' } }, null],
    [
      'another temperature and length',
      { sampling: { n: N, temperature: 0.5, maxNewTokens: 9 } },
      ['maxNewTokens', 'temperature'],
    ],
    [
      'other options of the chat template',
      { sampling: { n: N }, generator: { template: { enable_thinking: false } } },
      ['template'],
    ],
    ['another model', { sampling: { n: N }, generator: { model: 'other/model' } }, ['model']],
    [
      'the same model behind a server',
      {
        sampling: { n: N },
        generator: { server: 'http://localhost:1/v1', model: 'builtin:SmolLM2-135M-Instruct' },
      },
      ['model'],
    ],
    [
      'a second model beside the first',
      { sampling: { n: N }, generator: [{}, { model: 'other/model' }] },
      null,
    ],
  ])('%s', async (_what, changes, expected) => {
    await generated({ sampling: { n: N } })
    folder.set(changes)
    const earlier = earlierCandidates(await folder.open())
    if (expected)
      expect(earlier).toMatchObject({ candidates: PROMPTS.length * N, settings: expected })
    else expect(earlier).toBeNull()
  })

  it('are those of pools that nobody decided on', async () => {
    await decideFirst(await generated({ sampling: { n: N } }))
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    expect(earlierCandidates(await folder.open('bea'))).toMatchObject({
      candidates: (PROMPTS.length - 1) * N,
    })
  })

  it('have a key that stands for the settings as they are now', async () => {
    await generated({ sampling: { n: N } })
    const keys = []
    for (const temperature of [0.5, 0.6, 0.5]) {
      folder.set({ sampling: { n: N, temperature } })
      keys.push(earlierCandidates(await folder.open())?.key)
    }
    expect(keys[0]).toBe(keys[2])
    expect(keys[0]).not.toBe(keys[1])
  })
})

describe('sampling them again', () => {
  it('keeps the journals whole aside, decisions and their rows as they are, and samples the others with the new settings', async () => {
    await decideFirst(await generated({ sampling: { n: N } }))
    const [candidates, selections, rows] = [
      folder.read('a.aepo/candidates.jsonl'),
      folder.read('a.aepo/selections.jsonl'),
      folder.read('a.dpo.jsonl'),
    ]

    folder.set({ sampling: { n: N, seed: 7 } })
    const curation = await folder.open()
    expect(await setEarlierAside(curation, NOW)).toBe(
      folder.inside('a.aepo/candidates.2026-01-02T03-04-05.jsonl'),
    )
    expect(folder.read('a.aepo/candidates.2026-01-02T03-04-05.jsonl')).toBe(candidates)
    expect(folder.read('a.aepo/selections.2026-01-02T03-04-05.jsonl')).toBe(selections)
    expect(countsOf(curation)).toMatchObject({ candidates: N, selected: 1, annotated: 1, pairs: 1 })
    expect(existsSync(folder.inside('a.aepo/embeddings.f32'))).toBe(false)
    expect(earlierCandidates(curation)).toBeNull()

    const again = await generated({ sampling: { n: N, seed: 7 } })
    expect(countsOf(again)).toMatchObject({
      candidates: PROMPTS.length * N,
      selected: PROMPTS.length,
      annotated: 1,
      pairs: 1,
    })
    const texts = again.prompts.map(({ id }) => again.round.pool(id).map(({ text }) => text))
    expect(candidates).toContain(texts[0]?.[0])
    for (const text of texts.slice(1).flat()) expect(candidates).not.toContain(`"${text}"`)
    for (const task of [1, 2].map((position) => findTask(again, { go: 'to', position })))
      for (const { text } of task?.responses ?? []) expect(texts.flat()).toContain(text)
    rmSync(folder.inside('a.dpo.jsonl'))
    await again.dataSet.write()
    expect(folder.read('a.dpo.jsonl')).toBe(rows)
  })

  it('takes of a mixed pool only those from earlier settings', async () => {
    await generated({ sampling: { n: 2 } })
    const curation = await generated({ sampling: { n: N, temperature: 0.5 } })
    expect(earlierCandidates(curation)).toMatchObject({ candidates: 2 * PROMPTS.length })
    await setEarlierAside(curation, NOW)
    expect(countsOf(curation)).toMatchObject({ candidates: 2 * PROMPTS.length, selected: 0 })
  })

  it('does nothing where there are none, and not while another process generates', async () => {
    const curation = await generated({ sampling: { n: N } })
    expect(await setEarlierAside(curation, NOW)).toBeNull()
    expect(
      readdirSync(folder.inside('a.aepo')).filter((name) => name.startsWith('candidates')),
    ).toEqual(['candidates.jsonl'])
    const { release } = await curation.store.lockForGeneration()
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    await expect(setEarlierAside(await folder.open(), NOW)).rejects.toMatchObject({
      failure: { code: 'busy' },
    })
    await release()
  })

  it('loses no decision that is made meanwhile: it is kept with its candidates, or refused', async () => {
    await generated({ sampling: { n: N } })
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    const curation = await folder.open()
    const task = openTask(curation)
    const decisions: Promise<string>[] = []
    curation.onChange(
      ({ promptIds }) =>
        promptIds === 'all' &&
        decisions.push(
          decide(curation, task).then(
            () => 'accepted',
            (thrown: unknown) => toFailure(thrown).code,
          ),
        ),
    )
    await setEarlierAside(curation, NOW)
    const outcomes = await Promise.all(decisions)
    expect(outcomes.length).toBeGreaterThan(0)
    for (const outcome of outcomes) expect(['accepted', 'not-found']).toContain(outcome)
    expect(countsOf(await folder.open()).pairs).toBe(outcomes.includes('accepted') ? 1 : 0)
  })

  it('refuses a decision on what another window set aside', async () => {
    await generated({ sampling: { n: N } })
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    const other = await folder.open('bea')
    const task = openTask(other)
    await setEarlierAside(await folder.open(), NOW)
    await expect(decide(other, task)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect(existsSync(folder.inside('a.aepo/annotations/bea.jsonl'))).toBe(false)
  })

  it('loses no selection that another window appends meanwhile', async () => {
    const curation = await generated({ sampling: { n: N } })
    const [selection] = curation.round.selections()
    if (!selection) throw new Error('no selection')
    const file = folder.inside('a.aepo/selections.jsonl')
    const made = { ...selection, id: 'made-meanwhile' }
    const appended = await withBriefLock(file, async () => {
      const lines = readFileSync(file, 'utf8')
      const appending = curation.store.transaction((transaction) =>
        transaction.appendSelections([made]),
      )
      await (await folder.open()).store.refresh()
      await replaceFile(file, [lines])
      return { settled: appending }
    })
    await appended.settled
    expect(readFileSync(file, 'utf8')).toContain('made-meanwhile')
  })

  it('keeps lines that are no records byte for byte', async () => {
    await generated({ sampling: { n: N } })
    const strange = Buffer.from([0xff, 0xfe, 0x0a, 0x7b, 0x0d, 0x0a, 0xc3])
    for (const name of ['candidates', 'selections'])
      appendFileSync(folder.inside(`a.aepo/${name}.jsonl`), strange)
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    await setEarlierAside(await folder.open(), NOW)
    for (const name of ['candidates', 'selections'])
      expect(readFileSync(folder.inside(`a.aepo/${name}.jsonl`)).subarray(-strange.length)).toEqual(
        strange,
      )
  })

  it('reports a second time within the second as a file that exists, and changes nothing', async () => {
    await generated({ sampling: { n: N } })
    folder.write('a.aepo/candidates.2026-01-02T03-04-05.jsonl', '')
    folder.set({ sampling: { n: N, temperature: 0.5 } })
    const before = folder.read('a.aepo/candidates.jsonl')
    await expect(setEarlierAside(await folder.open(), NOW)).rejects.toThrow(
      'candidates.2026-01-02T03-04-05.jsonl',
    )
    expect(folder.read('a.aepo/candidates.jsonl')).toBe(before)
  })
})
