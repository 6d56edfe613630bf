// A curation beside other work: prompts that change, other annotators and processes, and what comes
// next.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { Curation } from '../../../src/curation/curation'
import { setEarlierAside } from '../../../src/curation/earlierSettings'
import { generate } from '../../../src/curation/generate'
import { FakeEngine } from './fakeEngine'

const PROMPTS = ['one', 'two', 'three', 'four', 'five']
const N = 4
let folder: string

const asks = (prompts: readonly string[]): void =>
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
const samples = (sampling: CurationFileInput['sampling']): void =>
  writeFileSync(
    path.join(folder, 'a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'prompts.jsonl', sampling }),
  )
const open = (annotator = 'ann'): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator,
    onMessage: () => undefined,
    now: () => new Date(0),
  })
const output = (): string => readFileSync(path.join(folder, 'a.dpo.jsonl'), 'utf8')

async function generated(annotator?: string): Promise<Curation> {
  const curation = await open(annotator)
  await generate(curation, new FakeEngine(), {
    signal: new AbortController().signal,
    onActivity: () => undefined,
    select: true,
  })
  return curation
}

async function decide(curation: Curation, selectionId: string): Promise<void> {
  const order = curation.store.selection(selectionId)?.candidateIds ?? []
  await curation.annotate({
    selectionId,
    preference: { kind: 'ranking', tiers: order.map((id) => [id]) },
    milliseconds: 1,
    shownOrder: order,
    note: '',
  })
}

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-curation-'))
  asks(PROMPTS)
  samples({ n: N })
})

describe('the next task', () => {
  it('is the open one after a place, then those before it', async () => {
    const curation = await generated()
    const [first = '', second = '', third = '', ...others] = curation
      .selections()
      .map(({ id }) => id)
    await decide(curation, third)
    expect(curation.task({ go: 'next-open', from: second })?.prompt[0]?.content).toBe('four')
    for (const id of others) await decide(curation, id)
    expect(curation.task({ go: 'next-open', from: third })?.prompt[0]?.content).toBe('one')
    await decide(curation, first)
    await decide(curation, second)
    expect(curation.task({ go: 'next-open', from: second })).toBeNull()
  })
})

describe('beside other processes', () => {
  it('the data set keeps what others decided since', async () => {
    const first = await generated('first')
    const second = await open('second')
    const [one = '', two = ''] = first.selections().map(({ id }) => id)
    await decide(second, two)
    await decide(first, one)
    await Promise.all([first.settled(), second.settled()])
    expect(output().trimEnd().split('\n')).toHaveLength(2)
    expect(first.counts().pairs).toBe(2)
  })

  it('a decision on a selection that was set aside is refused, and nothing is written', async () => {
    const curation = await generated()
    const [id = ''] = curation.selections().map((selection) => selection.id)
    samples({ n: N, temperature: 0.5 })
    await setEarlierAside(await open('other'), new Date(0))
    await expect(decide(curation, id)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect(existsSync(path.join(folder, 'a.aepo/annotations'))).toBe(false)
  })

  it('tells of a change only when there was one', async () => {
    const curation = await generated()
    const changes: string[] = []
    curation.onChange((change) => changes.push(change))
    await curation.refresh()
    expect(changes).toEqual([])
    await decide(await open('other'), curation.selections()[0]?.id ?? '')
    await curation.refresh()
    expect(changes).toEqual(['all'])
  })
})

describe('prompts that were taken out of the file', () => {
  beforeEach(async () => {
    const curation = await generated()
    for (const { id } of curation.selections().slice(0, 2)) await decide(curation, id)
    await curation.settled()
    asks(['one', 'six'])
  })

  it('count no more, and what new ones lack is missing', async () => {
    expect((await open()).counts()).toMatchObject({
      prompts: 2,
      candidates: N,
      candidatesWanted: 2 * N,
      selected: 1,
      annotated: 1,
      pairs: 1,
    })
  })

  it('are passed over by undo', async () => {
    const curation = await open()
    expect((await curation.undo())?.task.prompt[0]?.content).toBe('one')
    expect(await curation.undo()).toBeNull()
    asks(['two'])
    expect((await open()).counts().annotated).toBe(1)
  })
})

it('pools larger than N are whole', async () => {
  await generated()
  samples({ n: N - 1 })
  expect((await open()).counts()).toMatchObject({
    candidates: PROMPTS.length * N,
    candidatesWanted: PROMPTS.length * N,
  })
})
