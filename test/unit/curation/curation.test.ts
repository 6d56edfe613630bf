// The use cases without models: generation that resumes, tasks, annotations with undo, the derived
// data set.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { selectionId } from '../../../src/core/formats/ids'
import { Curation } from '../../../src/curation/curation'
import type { Engine } from '../../../src/curation/engine'
import { generate } from '../../../src/curation/generate'
import { importCandidates } from '../../../src/curation/importCandidates'
import { selectAll } from '../../../src/curation/select'
import type { Preference } from '../../../src/shared/domain'
import type { Task } from '../../../src/shared/editorProtocol'
import { failureError } from '../../../src/shared/errors'
import { FakeEngine } from './fakeEngine'

const PROMPTS = ['one', 'two', 'three', 'four', 'five']
const N = 4
let folder: string
let engine: FakeEngine

function settings(changes: Partial<CurationFileInput> = {}): void {
  const file: CurationFileInput = {
    version: 1,
    prompts: 'prompts.jsonl',
    sampling: { n: N },
    ...changes,
  }
  writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
}

const open = (annotator = 'ann'): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator,
    onMessage: () => undefined,
    now: () => new Date(0),
  })
const options = (changes: object = {}): Parameters<typeof generate>[2] => ({
  signal: new AbortController().signal,
  onActivity: () => undefined,
  select: true,
  ...changes,
})

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
  await curation.annotate({
    selectionId: task.selectionId,
    preference,
    milliseconds: 10,
    shownOrder: task.responses.map(({ candidateId }) => candidateId),
    note: '',
  })
}

const output = (): string => readFileSync(path.join(folder, 'a.dpo.jsonl'), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-curation-'))
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    PROMPTS.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  settings()
  engine = new FakeEngine()
})

describe('generation', () => {
  it('fills and selects from every pool', async () => {
    const curation = await generated()
    expect(curation.counts()).toMatchObject({
      prompts: 5,
      candidates: 5 * N,
      candidatesWanted: 5 * N,
      selected: 5,
      annotated: 0,
      pairs: 0,
    })
  })

  it('goes on where a dead engine stopped, and samples nothing twice', async () => {
    engine.diesAfter = 7
    const curation = await open()
    await expect(generate(curation, engine, options())).rejects.toMatchObject({
      failure: { code: 'engine-died' },
    })
    expect((await open()).counts().candidates).toBe(7)
    engine.diesAfter = Infinity
    await generate(await open(), engine, options())
    expect(engine.sampled).toHaveLength(5 * N)
    expect(new Set(engine.sampled).size).toBe(5 * N)
    expect((await open()).counts()).toMatchObject({ candidates: 5 * N, selected: 5 })
  })

  it('gives the same candidates and selections whichever prompts come first', async () => {
    const before = new Map(
      (await generated())
        .selections()
        .map(({ promptId, candidateIds }) => [promptId, candidateIds]),
    )
    rmSync(path.join(folder, 'a.aepo'), { recursive: true })
    writeFileSync(
      path.join(folder, 'prompts.jsonl'),
      [...PROMPTS]
        .reverse()
        .map((prompt) => `${JSON.stringify({ prompt })}\n`)
        .join(''),
    )
    const after = new Map(
      (await generated())
        .selections()
        .map(({ promptId, candidateIds }) => [promptId, candidateIds]),
    )
    expect(after).toEqual(before)
  })

  it('leaves out a prompt that is too long and says which', async () => {
    writeFileSync(
      path.join(folder, 'prompts.jsonl'),
      [...PROMPTS, 'x'.repeat(2000)].map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
    )
    const curation = await open()
    const { generated: count, skipped } = await generate(curation, engine, options())
    expect(count).toBe(5 * N)
    expect(skipped).toEqual([
      {
        promptId: curation.prompts[5]?.id,
        failure: expect.objectContaining({ code: 'context-overflow' }) as unknown,
      },
    ])
  })

  it('gives the places of prompts that are too long below a limit to others', async () => {
    const long = (letter: string): string => letter.repeat(2000)
    writeFileSync(
      path.join(folder, 'prompts.jsonl'),
      [long('a'), long('b'), 'one', long('c'), ...PROMPTS.slice(1)]
        .map((prompt) => `${JSON.stringify({ prompt })}\n`)
        .join(''),
    )
    const { generated: count, skipped } = await generate(
      await open(),
      engine,
      options({ limit: 2 }),
    )
    expect(count).toBe(2 * N)
    expect(skipped).toHaveLength(3)
    expect(engine.samples.map(({ prompt }) => prompt.slice(0, 3))).toEqual([
      'aaa',
      'bbb',
      'one',
      'ccc',
      'two',
    ])
    expect(await generate(await open(), engine, options({ limit: 10 }))).toMatchObject({
      generated: 3 * N,
      skipped: [{}, {}, {}],
    })
  })

  it('loads no generator where only selections are missing', async () => {
    const curation = await open()
    await generate(curation, engine, options({ select: false }))
    engine.loads.length = 0
    await generate(curation, engine, options())
    expect(engine.loads).toEqual([])
    expect(curation.counts().selected).toBe(5)
  })

  it('lets no half of a surrogate pair into the data set, wherever it comes from', async () => {
    writeFileSync(
      path.join(folder, 'prompts.jsonl'),
      '{"prompt": "one \\ud83d"}\n{"prompt": "two"}\n',
    )
    engine.ending = ' \ud83d'
    const curation = await generated()
    const file = path.join(folder, 'c.jsonl')
    writeFileSync(
      file,
      '{"prompt": "one \\ud83d", "responses": ["\\ude42 is half", {"text": "half is \\ud83d"}]}\n',
    )
    expect(await importCandidates(curation, file)).toMatchObject({ candidates: 2 })
    expect(await importCandidates(curation, file)).toMatchObject({ candidates: 0, skipped: 2 })
    expect(curation.prompts[0]?.messages).toEqual([{ role: 'user', content: 'one \ufffd' }])
    const texts = curation.store
      .candidatesOf(curation.prompts[0]?.id ?? '', 1)
      .map(({ text }) => text)
    expect(texts.slice(N)).toEqual(['\ufffd is half', 'half is \ufffd'])
    for (const text of texts) expect(text).toContain('\ufffd')
    const task = nextTask(curation)
    await annotate(curation, task, best(task, 0))
    await curation.settled()
    expect(output()).toContain('\ufffd')
    expect(output()).not.toMatch(/\\ud[89a-f]/)
  })

  it('stops between candidates when cancelled, and keeps what was finished', async () => {
    const controller = new AbortController()
    const curation = await open()
    curation.onChange((change) => change === 'candidates' && controller.abort())
    await expect(
      generate(curation, engine, options({ signal: controller.signal })),
    ).rejects.toThrow()
    const { candidates } = (await open()).counts()
    expect(candidates).toBeGreaterThan(0)
    expect(candidates).toBe(engine.sampled.length)
  })

  it('is done by one process at a time', async () => {
    const curation = await open()
    const { release } = await curation.store.lockForGeneration()
    await expect(generate(await open(), engine, options())).rejects.toMatchObject({
      failure: { code: 'busy' },
    })
    await release()
  })

  it('stops when its lock is lost, and says so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const stopped: Engine = {
      request: (method, params, callOptions) => {
        if (method !== 'sample') return engine.request(method, params, callOptions)
        rmSync(path.join(folder, 'a.aepo/.generation.lock'), { recursive: true })
        vi.advanceTimersToNextTimer() // that of the lock's next sign of life
        return new Promise((_, reject) =>
          callOptions?.signal?.addEventListener('abort', () =>
            reject(failureError('cancelled', 'Cancelled.')),
          ),
        )
      },
    }
    await expect(generate(await open(), stopped, options())).rejects.toMatchObject({
      failure: {
        code: 'busy',
        message: expect.stringContaining('lock on generation was lost') as string,
      },
    })
  })
})

describe('annotation', () => {
  it('gives the open tasks in prompt order, then none', async () => {
    const curation = await generated()
    const asked: string[] = []
    for (
      let task = curation.task({ go: 'next-open' });
      task;
      task = curation.task({ go: 'next-open' })
    ) {
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
    await annotate(curation, nextTask(curation), { kind: 'allBad' })
    await curation.settled()
    expect(
      output()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        prompt: [{ role: 'user', content: 'one' }],
        chosen: [{ role: 'assistant', content: first.responses[1]?.text }],
        rejected: [{ role: 'assistant', content: first.responses[0]?.text }],
      },
    ])
    await curation.undo()
    expect((await curation.undo())?.task.selectionId).toBe(second.selectionId)
    expect((await curation.undo())?.task.selectionId).toBe(first.selectionId)
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
    expect(again.task({ go: 'to', position: 0 })).toMatchObject({
      selectionId: task.selectionId,
      preference: best(task, 0),
      milliseconds: 10,
    })
    await again.writeOutput()
    expect(output()).toBe(before)
  })

  it('of several annotators counts by majority; a draw gives no row', async () => {
    const first = await generated('first')
    const task = nextTask(first)
    const [a, b] = task.responses.map(({ candidateId }) => candidateId)
    const prefer = (chosen = '', rejected = ''): Preference => ({
      kind: 'ranking',
      tiers: [[chosen], [rejected]],
    })
    await annotate(first, task, prefer(a, b))
    const second = await open('second')
    await annotate(second, task, prefer(b, a))
    expect((await open()).rows()).toHaveLength(0)
    await annotate(await open('third'), task, prefer(b, a))
    expect((await open()).rows()[0]?.chosen[0]?.content).toBe(
      task.responses.find(({ candidateId }) => candidateId === b)?.text,
    )
    await Promise.all([first.settled(), second.settled()])
  })

  it('refuses a ranking that does not name each response once', async () => {
    const curation = await generated()
    const task = nextTask(curation)
    await expect(
      annotate(curation, task, { kind: 'ranking', tiers: [['nobody'], ['noone']] }),
    ).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    expect(existsSync(path.join(folder, 'a.dpo.jsonl'))).toBe(false)
  })

  it('hides where responses come from until the decision', async () => {
    const curation = await generated()
    expect(nextTask(curation).responses.map(({ origin }) => origin)).toEqual([null, null])
  })

  it('stands as long as the texts do: candidates sampled anew are decided anew, and the same texts are the same decision', async () => {
    const sampled = async (seed: number): Promise<Curation> => {
      settings({ sampling: { n: 2, seed } })
      rmSync(path.join(folder, 'a.aepo/candidates.jsonl'), { force: true })
      const curation = await open()
      // as an editor that looks on
      await generate(curation, engine, options({ onActivity: () => curation.counts() }))
      return curation
    }
    const first = await sampled(1)
    const task = nextTask(first)
    await annotate(first, task, best(task, 0))
    await first.settled()
    const rows = output()

    const second = await sampled(2)
    expect(second.counts()).toMatchObject({ selected: 5, annotated: 0, pairs: 0 })
    await second.writeOutput()
    expect(output()).toBe('')
    await expect(annotate(second, task, best(task, 0))).rejects.toMatchObject({
      failure: { code: 'not-found' },
    })
    renameSync(path.join(folder, 'a.aepo'), path.join(folder, 'kept'))
    // no vector of an earlier text was taken for a new one
    expect((await generated()).selections()).toEqual(second.selections())
    rmSync(path.join(folder, 'a.aepo'), { recursive: true })
    renameSync(path.join(folder, 'kept'), path.join(folder, 'a.aepo'))

    const again = await sampled(1)
    expect(again.counts()).toMatchObject({ selected: 5, annotated: 1, pairs: 1 })
    await again.writeOutput()
    expect(output()).toBe(rows)
  })

  it('keeps selections and decisions that were made before hashes of texts were kept', async () => {
    const curation = await generated()
    const task = nextTask(curation)
    await annotate(curation, task, best(task, 0))
    await curation.settled()
    const made = [...curation.store.selections()]
    const asBefore = made.map(({ id, textHashes, ...content }) => ({
      id: selectionId(content),
      ...content,
    }))
    writeFileSync(
      path.join(folder, 'a.aepo/selections.jsonl'),
      asBefore.map((selection) => `${JSON.stringify(selection)}\n`).join(''),
    )
    const annotations = path.join(folder, 'a.aepo/annotations/ann.jsonl')
    writeFileSync(
      annotations,
      readFileSync(annotations, 'utf8').replace(
        task.selectionId,
        asBefore[made.findIndex(({ id }) => id === task.selectionId)]?.id ?? '',
      ),
    )
    const index = path.join(folder, 'a.aepo/embeddings.index.jsonl')
    writeFileSync(index, readFileSync(index, 'utf8').replaceAll(/,"textHash":"\w+"/g, ''))
    const again = await open()
    expect(again.counts()).toMatchObject({ selected: 5, annotated: 1, pairs: 1 })
    expect(await selectAll(again, engine, options())).toBe(0)
    settings({ sampling: { n: N }, selection: { lambda: 0.7 } })
    expect(await selectAll(await open(), engine, options())).toBe(4)
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
