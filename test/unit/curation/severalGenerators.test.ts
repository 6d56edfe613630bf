// A curation with several generators: who samples what, in which order, and that nobody who labels
// is told before the decision.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generate'
import type { Activity, Task } from '../../../src/shared/editorProtocol'
import { FakeEngine } from './fakeEngine'

const SERVER = 'http://gpu.example:8000/v1'
const PROMPTS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven']
let folder: string
let engine: FakeEngine

async function open(changes: Partial<CurationFileInput>): Promise<Curation> {
  const file: CurationFileInput = {
    version: 1,
    prompts: 'prompts.jsonl',
    sampling: { n: 8 },
    selection: { k: 4 },
    ...changes,
  }
  writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
  return Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'ann',
    onMessage: () => undefined,
    now: () => new Date(0),
  })
}

const run = (
  curation: Curation,
  onActivity: (activity: Activity) => void = () => undefined,
): ReturnType<typeof generate> =>
  generate(curation, engine, { signal: new AbortController().signal, onActivity, select: true })

function firstTask(curation: Curation): Task {
  const task = curation.task({ go: 'to', position: 0 })
  if (!task) throw new Error('no task')
  return task
}

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-several-'))
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    PROMPTS.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  engine = new FakeEngine()
})

describe('several generators', () => {
  const generator = [
    { model: 'org/small', device: 'cpu' as const, share: 1 },
    { server: SERVER, model: 'org/Large', share: 3 },
  ]

  it('share each pool by their weights, and raising n moves nothing', async () => {
    const modelsOf = (curation: Curation): string[] => {
      const [prompt] = curation.prompts
      return curation.store
        .candidatesOf(prompt?.id ?? '', 1)
        .map(({ generationId }) => curation.store.generation(generationId)?.model ?? '?')
    }
    const curation = await open({ generator })
    expect(await run(curation)).toMatchObject({ generated: 8 * PROMPTS.length, skipped: [] })
    expect(modelsOf(curation).filter((model) => model === 'org/small')).toHaveLength(2)
    const larger = await open({ generator, sampling: { n: 12 } })
    expect(await run(larger)).toMatchObject({ generated: 4 * PROMPTS.length })
    expect(modelsOf(larger).slice(0, 8)).toEqual(modelsOf(curation))
    expect(modelsOf(larger).filter((model) => model === 'org/small')).toHaveLength(3)
    expect(larger.counts().selected).toBe(PROMPTS.length)
  })

  it('are told of after the decision, or where labelling is not blind, and never before', async () => {
    const curation = await open({ generator })
    await run(curation)
    const task = firstTask(curation)
    expect(task.responses.map(({ origin }) => origin)).toEqual([null, null, null, null])
    expect(JSON.stringify(task)).not.toMatch(/small|Large|gpu\.example/)
    await curation.annotate({
      selectionId: task.selectionId,
      preference: { kind: 'tie' },
      milliseconds: 1,
      shownOrder: task.responses.map(({ candidateId }) => candidateId),
      note: '',
    })
    const origins = firstTask(curation).responses.map(({ candidateId, origin }) => [
      curation.store.generation(curation.store.candidate(candidateId)?.generationId ?? '')?.model,
      origin,
    ])
    expect(origins).toHaveLength(4)
    for (const [model, origin] of origins) expect(`org/${String(origin)}`).toBe(model)
    await curation.undo()
    expect(firstTask(curation).responses.every(({ origin }) => origin === null)).toBe(true)
    const open_ = await open({ generator, annotation: { blind: false } })
    expect(firstTask(open_).responses.every(({ origin }) => origin !== null)).toBe(true)
  })

  it('of one name are told apart by their servers', async () => {
    const curation = await open({
      generator: [
        { server: SERVER, model: 'm' },
        { server: 'http://other.example/v1', model: 'm' },
      ],
      annotation: { blind: false },
    })
    await run(curation)
    expect(new Set(firstTask(curation).responses.map(({ origin }) => origin))).toEqual(
      new Set([`m at ${SERVER}`, 'm at http://other.example/v1']),
    )
  })

  it('a single one is no origin', async () => {
    const curation = await open({
      generator: { server: SERVER, model: 'm' },
      annotation: { blind: false },
    })
    await run(curation)
    expect(firstTask(curation).responses.every(({ origin }) => origin === null)).toBe(true)
  })

  it('on this machine take turns over blocks of prompts, the first of one prompt', async () => {
    await run(await open({ generator: [{ model: 'org/a' }, { model: 'org/b' }] }))
    expect(engine.loads).toEqual(['a', 'b', 'a', 'b', 'a', 'b'].map((name) => `org/${name}`))
    expect(engine.samples.map(({ model, prompt }) => `${model}:${prompt}`)).toEqual([
      'org/a:one',
      'org/b:one',
      'org/a:two',
      'org/a:three',
      'org/b:two',
      'org/b:three',
      'org/a:four',
      'org/a:five',
      'org/a:six',
      'org/a:seven',
      'org/b:four',
      'org/b:five',
      'org/b:six',
      'org/b:seven',
    ])
  })

  it('of which one fails stop together, and go on where they were', async () => {
    engine.diesAfter = 21
    await expect(run(await open({ generator }))).rejects.toMatchObject({
      failure: { code: 'engine-died' },
    })
    engine.diesAfter = Infinity
    const curation = await open({ generator })
    expect(await run(curation)).toMatchObject({ generated: 8 * PROMPTS.length - 21 })
    expect(curation.counts()).toMatchObject({
      candidates: 8 * PROMPTS.length,
      selected: PROMPTS.length,
    })
  })
})
