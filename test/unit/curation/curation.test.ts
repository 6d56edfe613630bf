// The use cases without models: generation that resumes, tasks, annotations with undo, the derived data set.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { Curation } from '../../../src/curation/curation'
import { setEarlierAside } from '../../../src/curation/earlierSettings'
import { generate } from '../../../src/curation/generate'
import { selectAll } from '../../../src/curation/select'
import type { Preference } from '../../../src/shared/domain'
import type { Task } from '../../../src/shared/editorProtocol'
import { FakeEngine } from './fakeEngine'

const PROMPTS = ['one', 'two', 'three', 'four', 'five']
const N = 4
let folder: string
let engine: FakeEngine

function settings(changes: Partial<CurationFileInput> = {}): void {
  const file: CurationFileInput = { version: 1, prompts: 'prompts.jsonl', sampling: { n: N }, ...changes }
  writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
}

const open = (annotator = 'ann'): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), { annotator, onMessage: () => undefined, now: () => new Date(0) })
const options = (changes: object = {}): Parameters<typeof generate>[2] => ({ signal: new AbortController().signal, onActivity: () => undefined, select: true, ...changes })

async function generated(annotator?: string): Promise<Curation> {
  const curation = await open(annotator)
  await generate(curation, engine, options())
  return curation
}

function nextTask(curation: Curation): Task {
  const task = curation.task({ go: 'next-open' })
  if (!task) throw new Error('no open task')
  return task
}

function best(task: Task, place: number): Preference {
  const ids = task.responses.map(({ candidateId }) => candidateId)
  return { kind: 'ranking', tiers: [[ids[place] ?? ''], ids.filter((_, i) => i !== place)] }
}

async function annotate(curation: Curation, task: Task, preference: Preference): Promise<void> {
  await curation.annotate({ selectionId: task.selectionId, preference, milliseconds: 10, shownOrder: task.responses.map(({ candidateId }) => candidateId), note: '' })
}

const output = (): string => readFileSync(path.join(folder, 'a.dpo.jsonl'), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-curation-'))
  writeFileSync(path.join(folder, 'prompts.jsonl'), PROMPTS.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''))
  settings()
  engine = new FakeEngine()
})

describe('generation', () => {
  it('fills and selects from every pool', async () => {
    const curation = await generated()
    expect(curation.counts()).toMatchObject({ prompts: 5, candidates: 5 * N, candidatesWanted: 5 * N, selected: 5, annotated: 0, pairs: 0 })
  })

  it('goes on where a dead engine stopped, and samples nothing twice', async () => {
    engine.diesAfter = 7
    const curation = await open()
    await expect(generate(curation, engine, options())).rejects.toMatchObject({ failure: { code: 'engine-died' } })
    expect((await open()).counts().candidates).toBe(7)
    engine.diesAfter = Infinity
    await generate(await open(), engine, options())
    expect(engine.sampled).toHaveLength(5 * N)
    expect(new Set(engine.sampled).size).toBe(5 * N)
    expect((await open()).counts()).toMatchObject({ candidates: 5 * N, selected: 5 })
  })

  it('gives the same candidates and selections whichever prompts come first', async () => {
    const before = new Map((await generated()).selections().map(({ promptId, candidateIds }) => [promptId, candidateIds]))
    rmSync(path.join(folder, 'a.aepo'), { recursive: true })
    writeFileSync(path.join(folder, 'prompts.jsonl'), [...PROMPTS].reverse().map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''))
    const after = new Map((await generated()).selections().map(({ promptId, candidateIds }) => [promptId, candidateIds]))
    expect(after).toEqual(before)
  })

  it('leaves out a prompt that is too long and says which', async () => {
    writeFileSync(path.join(folder, 'prompts.jsonl'), [...PROMPTS, 'x'.repeat(2000)].map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''))
    const curation = await open()
    const { generated: count, skipped } = await generate(curation, engine, options())
    expect(count).toBe(5 * N)
    expect(skipped).toEqual([{ promptId: curation.prompts[5]?.id, failure: expect.objectContaining({ code: 'context-overflow' }) as unknown }])
  })

  it('stops between candidates when cancelled, and keeps what was finished', async () => {
    const controller = new AbortController()
    const curation = await open()
    curation.onChange((change) => change === 'candidates' && controller.abort())
    await expect(generate(curation, engine, options({ signal: controller.signal }))).rejects.toThrow()
    const { candidates } = (await open()).counts()
    expect(candidates).toBeGreaterThan(0)
    expect(candidates).toBe(engine.sampled.length)
  })

  it('is done by one process at a time', async () => {
    const curation = await open()
    const release = await curation.store.lockForGeneration()
    await expect(generate(await open(), engine, options())).rejects.toMatchObject({ failure: { code: 'busy' } })
    await release()
  })
})

describe('annotation', () => {
  it('gives the open tasks in prompt order, then none', async () => {
    const curation = await generated()
    const asked: string[] = []
    for (let task = curation.task({ go: 'next-open' }); task; task = curation.task({ go: 'next-open' })) {
      asked.push(task.prompt[0]?.content ?? '')
      await annotate(curation, task, { kind: 'skip' })
    }
    expect(asked).toEqual(PROMPTS)
  })

  it('makes rows of rankings alone, and takes them back on undo', async () => {
    const curation = await generated()
    const first = nextTask(curation)
    await annotate(curation, first, best(first, 1))
    const second = nextTask(curation)
    await annotate(curation, second, { kind: 'tie' })
    await annotate(curation, nextTask(curation), { kind: 'bothBad' })
    await curation.settled()
    expect(output().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([
      { prompt: [{ role: 'user', content: 'one' }], chosen: [{ role: 'assistant', content: first.responses[1]?.text }], rejected: [{ role: 'assistant', content: first.responses[0]?.text }] },
    ])
    await curation.undo()
    expect((await curation.undo())?.selectionId).toBe(second.selectionId)
    expect((await curation.undo())?.selectionId).toBe(first.selectionId)
    expect(await curation.undo()).toBeNull()
    await curation.settled()
    expect(output()).toBe('')
  })

  it('is there after a restart, and the data set comes back byte for byte', async () => {
    const curation = await generated()
    const task = nextTask(curation)
    await annotate(curation, task, best(task, 0))
    await curation.settled()
    const before = output()
    rmSync(path.join(folder, 'a.dpo.jsonl'))
    const again = await open()
    expect(again.counts()).toMatchObject({ annotated: 1, pairs: 1 })
    expect(again.task({ go: 'to', position: 0 })).toMatchObject({ selectionId: task.selectionId, preference: best(task, 0), milliseconds: 10 })
    await again.writeOutput()
    expect(output()).toBe(before)
  })

  it('of several annotators counts by majority; a draw gives no row', async () => {
    const first = await generated('first')
    const task = nextTask(first)
    const [a, b] = task.responses.map(({ candidateId }) => candidateId)
    const prefer = (chosen = '', rejected = ''): Preference => ({ kind: 'ranking', tiers: [[chosen], [rejected]] })
    await annotate(first, task, prefer(a, b))
    const second = await open('second')
    await annotate(second, task, prefer(b, a))
    expect((await open()).rows()).toHaveLength(0)
    await annotate(await open('third'), task, prefer(b, a))
    expect((await open()).rows()[0]?.chosen[0]?.content).toBe(task.responses.find(({ candidateId }) => candidateId === b)?.text)
    await Promise.all([first.settled(), second.settled()])
  })

  it('refuses a ranking that does not name each response once', async () => {
    const curation = await generated()
    const task = nextTask(curation)
    await expect(annotate(curation, task, { kind: 'ranking', tiers: [['nobody'], ['noone']] })).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    expect(existsSync(path.join(folder, 'a.dpo.jsonl'))).toBe(false)
  })

  it('hides where responses come from until the decision', async () => {
    const curation = await generated()
    expect(nextTask(curation).responses.map(({ origin }) => origin)).toEqual([null, null])
  })

  it('keeps its selection when the settings change; open ones follow', async () => {
    const curation = await generated()
    const task = nextTask(curation)
    await annotate(curation, task, best(task, 0))
    await curation.settled()
    settings({ selection: { k: 3 } })
    const changed = await open()
    await selectAll(changed, engine, options())
    expect(changed.selections().map(({ k }) => k)).toEqual([2, 3, 3, 3, 3])
  })
})

describe('the next task', () => {
  it('is the open one after a place, then those before it', async () => {
    const curation = await generated()
    const [first = '', second = '', third = '', ...others] = curation.selections().map(({ id }) => id)
    const decide = (id: string): Promise<void> => annotateById(curation, id)
    await decide(third)
    expect(curation.task({ go: 'next-open', from: second })?.prompt[0]?.content).toBe('four')
    for (const id of others) await decide(id)
    expect(curation.task({ go: 'next-open', from: third })?.prompt[0]?.content).toBe('one')
    await decide(first)
    await decide(second)
    expect(curation.task({ go: 'next-open', from: second })).toBeNull()
  })
})

describe('beside other processes', () => {
  it('the data set keeps what others decided since', async () => {
    const first = await generated('first')
    const second = await open('second')
    const [one = '', two = ''] = first.selections().map(({ id }) => id)
    await annotateById(second, two)
    await annotateById(first, one)
    await Promise.all([first.settled(), second.settled()])
    expect(output().trimEnd().split('\n')).toHaveLength(2)
    expect(first.counts().pairs).toBe(2)
  })

  it('a decision on a selection that was set aside is refused, and nothing is written', async () => {
    const curation = await generated()
    const [id = ''] = curation.selections().map((selection) => selection.id)
    settings({ sampling: { n: N, temperature: 0.5 } })
    await setEarlierAside(await open('other'), new Date(0))
    await expect(annotateById(curation, id)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    expect(existsSync(path.join(folder, 'a.aepo/annotations'))).toBe(false)
  })

  it('tells of a change only when there was one', async () => {
    const curation = await generated()
    const changes: string[] = []
    curation.onChange((change) => changes.push(change))
    await curation.refresh()
    expect(changes).toEqual([])
    await annotateById(await open('other'), curation.selections()[0]?.id ?? '')
    await curation.refresh()
    expect(changes).toEqual(['all'])
  })
})

describe('prompts that were taken out of the file', () => {
  beforeEach(async () => {
    const curation = await generated()
    for (const { id } of curation.selections().slice(0, 2)) await annotateById(curation, id)
    await curation.settled()
    writeFileSync(path.join(folder, 'prompts.jsonl'), ['one', 'six'].map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''))
  })

  it('count no more, and what new ones lack is missing', async () => {
    expect((await open()).counts()).toMatchObject({ prompts: 2, candidates: N, candidatesWanted: 2 * N, selected: 1, annotated: 1, pairs: 1 })
  })

  it('are passed over by undo', async () => {
    const curation = await open()
    expect((await curation.undo())?.prompt[0]?.content).toBe('one')
    expect(await curation.undo()).toBeNull()
    writeFileSync(path.join(folder, 'prompts.jsonl'), `${JSON.stringify({ prompt: 'two' })}\n`)
    expect((await open()).counts().annotated).toBe(1)
  })
})

it('pools larger than N are whole', async () => {
  await generated()
  settings({ sampling: { n: N - 1 } })
  expect((await open()).counts()).toMatchObject({ candidates: PROMPTS.length * N, candidatesWanted: PROMPTS.length * N })
})

async function annotateById(curation: Curation, selectionId: string): Promise<void> {
  const order = curation.store.selection(selectionId)?.candidateIds ?? []
  await curation.annotate({ selectionId, preference: { kind: 'ranking', tiers: order.map((id) => [id]) }, milliseconds: 1, shownOrder: order, note: '' })
}
