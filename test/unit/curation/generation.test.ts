// Generation without models: it resumes, can be cancelled, leaves out what cannot be sampled, and
// is done by one process at a time.
import { rmSync } from 'node:fs'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import type { Engine } from '../../../src/curation/engine'
import { generate, type GenerateResult } from '../../../src/curation/generation/generate'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { failureError } from '../../../src/shared/errors'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, openTask } from './support/labelling'

const PROMPTS = ['one', 'two', 'three', 'four', 'five']
const N = 4
let folder: CurationFolder
let engine: FakeEngine

const run = (curation: Curation, changes: object = {}): Promise<GenerateResult> =>
  generate(curation, engine, { ...QUIETLY, select: true, ...changes })

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: N } })
  engine = new FakeEngine()
})

it('fills and selects from every pool', async () => {
  expect(countsOf(await folder.generated())).toMatchObject({
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
  await expect(run(await folder.open())).rejects.toMatchObject({
    failure: { code: 'engine-died' },
  })
  expect(countsOf(await folder.open()).candidates).toBe(7)
  engine.diesAfter = Infinity
  await run(await folder.open())
  expect(engine.sampled).toHaveLength(5 * N)
  expect(new Set(engine.sampled).size).toBe(5 * N)
  expect(countsOf(await folder.open())).toMatchObject({ candidates: 5 * N, selected: 5 })
})

it('gives the same candidates and selections whichever prompts come first', async () => {
  const selected = async (): Promise<Map<string, string[]>> =>
    new Map(
      (await folder.generated()).round
        .selections()
        .map(({ promptId, candidateIds }) => [promptId, candidateIds]),
    )
  const before = await selected()
  expect(before.size).toBe(5)
  rmSync(folder.inside('a.aepo'), { recursive: true })
  folder.ask([...PROMPTS].reverse())
  expect(await selected()).toEqual(before)
})

it('leaves out a prompt that is too long and says which', async () => {
  folder.ask([...PROMPTS, 'x'.repeat(2000)])
  const curation = await folder.open()
  const { generated, leftOut } = await run(curation)
  expect(generated).toBe(5 * N)
  expect(leftOut).toMatchObject([
    {
      position: 5,
      line: 6,
      excerpt: 'x'.repeat(60),
      reason: 'The prompt has 1,000 tokens, the model takes 100.',
      missing: N,
      isNew: true,
    },
  ])
  expect(countsOf(curation)).toMatchObject({ candidates: 5 * N, candidatesWanted: 5 * N })
})

it('gives the places of prompts that are too long below a limit to others', async () => {
  const long = (letter: string): string => letter.repeat(2000)
  folder.ask([long('a'), long('b'), 'one', long('c'), ...PROMPTS.slice(1)])
  const { generated, leftOut } = await run(await folder.open(), { limit: 2 })
  expect(generated).toBe(2 * N)
  expect(leftOut).toHaveLength(3)
  expect(engine.samples.map(({ prompt }) => prompt.slice(0, 3))).toEqual([
    'aaa',
    'bbb',
    'one',
    'ccc',
    'two',
  ])
  expect(await run(await folder.open(), { limit: 10 })).toMatchObject({
    generated: 3 * N,
    leftOut: [{}, {}, {}],
  })
})

it('loads no generator where only selections are missing', async () => {
  const curation = await folder.open()
  await run(curation, { select: false })
  engine.loads.length = 0
  await run(curation)
  expect(engine.loads).toEqual([])
  expect(countsOf(curation).selected).toBe(5)
})

it('lets no half of a surrogate pair into the data set, wherever it comes from', async () => {
  folder.write('prompts.jsonl', '{"prompt": "one \\ud83d"}\n{"prompt": "two"}\n')
  engine.ending = ' \ud83d'
  const curation = await folder.generated('ann', engine)
  const file = folder.write(
    'c.jsonl',
    '{"prompt": "one \\ud83d", "responses": ["\\ude42 is half", {"text": "half is \\ud83d"}]}\n',
  )
  expect(await importCandidates(curation, file)).toMatchObject({ candidates: 2 })
  expect(await importCandidates(curation, file)).toMatchObject({ candidates: 0, skipped: 2 })
  expect(curation.prompts[0]?.messages).toEqual([{ role: 'user', content: 'one \ufffd' }])
  const texts = curation.round.pool(curation.prompts[0]?.id ?? '').map(({ text }) => text)
  expect(texts.slice(N)).toEqual(['\ufffd is half', 'half is \ufffd'])
  for (const text of texts) expect(text).toContain('\ufffd')
  await decide(curation, openTask(curation))
  await curation.dataSet.settled()
  expect(folder.output()).toContain('\ufffd')
  expect(folder.output()).not.toMatch(/\\ud[89a-f]/)
})

it('stops between candidates when cancelled, and keeps what was finished', async () => {
  const controller = new AbortController()
  const curation = await folder.open()
  curation.onChange(({ journals }) => journals.has('candidates') && controller.abort())
  await expect(run(curation, { signal: controller.signal })).rejects.toThrow()
  const { candidates } = countsOf(await folder.open())
  expect(candidates).toBeGreaterThan(0)
  expect(candidates).toBe(engine.sampled.length)
})

it('is done by one process at a time', async () => {
  const curation = await folder.open()
  const { release } = await curation.store.lockForGeneration()
  await expect(run(await folder.open())).rejects.toMatchObject({ failure: { code: 'busy' } })
  await release()
})

it('stops when its lock is lost, and says so', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const stopped: Engine = {
    request: (method, params, callOptions) => {
      if (method !== 'sample') return engine.request(method, params, callOptions)
      rmSync(folder.inside('a.aepo/.generation.lock'), { recursive: true })
      vi.advanceTimersToNextTimer() // that of the lock's next sign of life
      return new Promise((_, reject) =>
        callOptions?.signal?.addEventListener('abort', () =>
          reject(failureError('cancelled', 'Cancelled.')),
        ),
      )
    },
  }
  await expect(
    generate(await folder.open(), stopped, { ...QUIETLY, select: true }),
  ).rejects.toMatchObject({
    failure: {
      code: 'busy',
      message: expect.stringContaining('lock on generation was lost') as string,
    },
  })
})
