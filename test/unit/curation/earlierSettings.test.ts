// Settings that change after candidates were sampled: found, and sampled again without losing a
// line or a decision.
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { Curation } from '../../../src/curation/curation'
import { earlierCandidates, setEarlierAside } from '../../../src/curation/earlierSettings'
import { generate } from '../../../src/curation/generate'
import type { Task } from '../../../src/shared/editorProtocol'
import { toFailure } from '../../../src/shared/errors'
import { replaceFile } from '../../../src/store/atomicFile'
import { withBriefLock } from '../../../src/store/briefLock'
import { FakeEngine } from './fakeEngine'

const PROMPTS = ['one', 'two', 'three']
const N = 4
const NOW = new Date('2026-01-02T03:04:05.678Z')
let folder: string

function settings(changes: Partial<CurationFileInput>): void {
  writeFileSync(
    path.join(folder, 'a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'p.jsonl', ...changes }),
  )
}

async function generated(changes: Partial<CurationFileInput>, limit?: number): Promise<Curation> {
  settings(changes)
  const curation = await open()
  await generate(curation, new FakeEngine(), {
    signal: new AbortController().signal,
    onActivity: () => undefined,
    select: true,
    ...(limit === undefined ? {} : { limit }),
  })
  return curation
}

const open = (annotator = 'ann'): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator,
    onMessage: () => undefined,
    now: () => NOW,
  })

function firstTask(curation: Curation): Task {
  const task = curation.task({ go: 'next-open' })
  if (!task) throw new Error('no open task')
  return task
}

async function decide(curation: Curation, { selectionId, responses }: Task): Promise<void> {
  const [first = '', ...others] = responses.map(({ candidateId }) => candidateId)
  await curation.annotate({
    selectionId,
    preference: { kind: 'ranking', tiers: [[first], others] },
    milliseconds: 1,
    shownOrder: [first, ...others],
    note: '',
  })
  await curation.settled()
}

const decideFirst = (curation: Curation): Promise<void> => decide(curation, firstTask(curation))

const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-earlier-'))
  writeFileSync(
    path.join(folder, 'p.jsonl'),
    PROMPTS.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
})

describe('candidates from earlier settings', () => {
  it('are none when only the format of the weights is another, which is recorded', async () => {
    settings({ sampling: { n: N } })
    const curation = await open()
    for (const variant of [undefined, 'q4', 'q8']) {
      const engine = new FakeEngine()
      engine.variant = variant
      await generate(curation, engine, {
        signal: new AbortController().signal,
        onActivity: () => undefined,
        select: false,
        limit: 1,
      })
    }
    expect([...curation.store.generations()].map(({ variant }) => variant)).toEqual([
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
    settings(changes)
    const earlier = earlierCandidates(await open())
    if (expected)
      expect(earlier).toMatchObject({ candidates: PROMPTS.length * N, settings: expected })
    else expect(earlier).toBeNull()
  })

  it('are those of pools that nobody decided on', async () => {
    await decideFirst(await generated({ sampling: { n: N } }))
    settings({ sampling: { n: N, temperature: 0.5 } })
    expect(earlierCandidates(await open('bea'))).toMatchObject({
      candidates: (PROMPTS.length - 1) * N,
    })
  })

  it('have a key that stands for the settings as they are now', async () => {
    await generated({ sampling: { n: N } })
    const keys = []
    for (const temperature of [0.5, 0.6, 0.5]) {
      settings({ sampling: { n: N, temperature } })
      keys.push(earlierCandidates(await open())?.key)
    }
    expect(keys[0]).toBe(keys[2])
    expect(keys[0]).not.toBe(keys[1])
  })
})

describe('sampling them again', () => {
  it('keeps the journals whole aside, decisions and their rows as they are, and samples the others with the new settings', async () => {
    await decideFirst(await generated({ sampling: { n: N } }))
    const [candidates, selections, rows] = [
      read('a.aepo/candidates.jsonl'),
      read('a.aepo/selections.jsonl'),
      read('a.dpo.jsonl'),
    ]

    settings({ sampling: { n: N, seed: 7 } })
    const curation = await open()
    expect(await setEarlierAside(curation, NOW)).toBe(
      path.join(folder, 'a.aepo/candidates.2026-01-02T03-04-05.jsonl'),
    )
    expect(read('a.aepo/candidates.2026-01-02T03-04-05.jsonl')).toBe(candidates)
    expect(read('a.aepo/selections.2026-01-02T03-04-05.jsonl')).toBe(selections)
    expect(curation.counts()).toMatchObject({ candidates: N, selected: 1, annotated: 1, pairs: 1 })
    expect(existsSync(path.join(folder, 'a.aepo/embeddings.f32'))).toBe(false)
    expect(earlierCandidates(curation)).toBeNull()

    const again = await generated({ sampling: { n: N, seed: 7 } })
    expect(again.counts()).toMatchObject({
      candidates: PROMPTS.length * N,
      selected: PROMPTS.length,
      annotated: 1,
      pairs: 1,
    })
    const texts = again.prompts.map(({ id }) =>
      again.store.candidatesOf(id, 1).map(({ text }) => text),
    )
    expect(candidates).toContain(texts[0]?.[0])
    for (const text of texts.slice(1).flat()) expect(candidates).not.toContain(`"${text}"`)
    for (const task of [1, 2].map((position) => again.task({ go: 'to', position })))
      for (const { text } of task?.responses ?? []) expect(texts.flat()).toContain(text)
    rmSync(path.join(folder, 'a.dpo.jsonl'))
    await again.writeOutput()
    expect(read('a.dpo.jsonl')).toBe(rows)
  })

  it('takes of a mixed pool only those from earlier settings', async () => {
    await generated({ sampling: { n: 2 } })
    const curation = await generated({ sampling: { n: N, temperature: 0.5 } })
    expect(earlierCandidates(curation)).toMatchObject({ candidates: 2 * PROMPTS.length })
    await setEarlierAside(curation, NOW)
    expect(curation.counts()).toMatchObject({ candidates: 2 * PROMPTS.length, selected: 0 })
  })

  it('does nothing where there are none, and not while another process generates', async () => {
    const curation = await generated({ sampling: { n: N } })
    expect(await setEarlierAside(curation, NOW)).toBeNull()
    expect(
      readdirSync(path.join(folder, 'a.aepo')).filter((name) => name.startsWith('candidates')),
    ).toEqual(['candidates.jsonl'])
    const { release } = await curation.store.lockForGeneration()
    settings({ sampling: { n: N, temperature: 0.5 } })
    await expect(setEarlierAside(await open(), NOW)).rejects.toMatchObject({
      failure: { code: 'busy' },
    })
    await release()
  })

  it('loses no decision that is made meanwhile: it is kept with its candidates, or refused', async () => {
    await generated({ sampling: { n: N } })
    settings({ sampling: { n: N, temperature: 0.5 } })
    const curation = await open()
    const task = firstTask(curation)
    const decisions: Promise<string>[] = []
    curation.onChange(
      (change) =>
        change === 'all' &&
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
    expect((await open()).counts().pairs).toBe(outcomes.includes('accepted') ? 1 : 0)
  })

  it('refuses a decision on what another window set aside', async () => {
    await generated({ sampling: { n: N } })
    settings({ sampling: { n: N, temperature: 0.5 } })
    const other = await open('bea')
    const task = firstTask(other)
    await setEarlierAside(await open(), NOW)
    await expect(decide(other, task)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect(existsSync(path.join(folder, 'a.aepo/annotations/bea.jsonl'))).toBe(false)
  })

  it('loses no selection that another window appends meanwhile', async () => {
    const curation = await generated({ sampling: { n: N } })
    const [selection] = curation.selections()
    if (!selection) throw new Error('no selection')
    const file = path.join(folder, 'a.aepo/selections.jsonl')
    const made = { ...selection, id: 'made-meanwhile' }
    const appended = await withBriefLock(file, async () => {
      const lines = readFileSync(file, 'utf8')
      const appending = curation.store.appendSelections([made])
      await (await open()).refresh()
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
      appendFileSync(path.join(folder, `a.aepo/${name}.jsonl`), strange)
    settings({ sampling: { n: N, temperature: 0.5 } })
    await setEarlierAside(await open(), NOW)
    for (const name of ['candidates', 'selections'])
      expect(
        readFileSync(path.join(folder, `a.aepo/${name}.jsonl`)).subarray(-strange.length),
      ).toEqual(strange)
  })

  it('is told of a second time within the second as a file that is there, having changed nothing', async () => {
    await generated({ sampling: { n: N } })
    writeFileSync(path.join(folder, 'a.aepo/candidates.2026-01-02T03-04-05.jsonl'), '')
    settings({ sampling: { n: N, temperature: 0.5 } })
    const before = read('a.aepo/candidates.jsonl')
    await expect(setEarlierAside(await open(), NOW)).rejects.toThrow(
      'candidates.2026-01-02T03-04-05.jsonl',
    )
    expect(read('a.aepo/candidates.jsonl')).toBe(before)
  })
})
