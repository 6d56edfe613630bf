// A curation with several generators: who samples what, in which order, and that nobody who labels
// is told before the decision.
import { beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generation/generate'
import { undo } from '../../../src/curation/labelling/annotate'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { decide, taskAt } from './support/labelling'

const SERVER = 'http://gpu.example:8000/v1'
const PROMPTS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven']
let folder: CurationFolder
let engine: FakeEngine

function open(changes: Partial<CurationFileInput>): Promise<Curation> {
  folder.set({ sampling: { n: 8 }, selection: { k: 4 }, ...changes })
  return folder.open()
}

const run = (curation: Curation): ReturnType<typeof generate> =>
  generate(curation, engine, { ...QUIETLY, select: true })

beforeEach(() => {
  folder = new CurationFolder(PROMPTS)
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
      const { candidates } = curation.store
      return curation.round
        .pool(prompt?.id ?? '')
        .map(({ generationId }) => candidates.generation(generationId)?.model ?? '?')
    }
    const curation = await open({ generator })
    expect(await run(curation)).toMatchObject({ generated: 8 * PROMPTS.length, leftOut: [] })
    expect(modelsOf(curation).filter((model) => model === 'org/small')).toHaveLength(2)
    const larger = await open({ generator, sampling: { n: 12 } })
    expect(await run(larger)).toMatchObject({ generated: 4 * PROMPTS.length })
    expect(modelsOf(larger).slice(0, 8)).toEqual(modelsOf(curation))
    expect(modelsOf(larger).filter((model) => model === 'org/small')).toHaveLength(3)
    expect(countsOf(larger).selected).toBe(PROMPTS.length)
  })

  it('are named after the decision, or where labelling is not blind, and never before', async () => {
    const curation = await open({ generator })
    await run(curation)
    const task = taskAt(curation, 0)
    expect(task.responses.map(({ origin }) => origin)).toEqual([null, null, null, null])
    expect(JSON.stringify(task)).not.toMatch(/small|Large|gpu\.example/)
    await decide(curation, task, { kind: 'tie' })
    const { candidates } = curation.store
    const origins = taskAt(curation, 0).responses.map(({ candidateId, origin }) => [
      candidates.generation(candidates.candidate(candidateId)?.generationId ?? '')?.model,
      origin,
    ])
    expect(origins).toHaveLength(4)
    for (const [model, origin] of origins) expect(`org/${String(origin)}`).toBe(model)
    await undo(curation)
    expect(taskAt(curation, 0).responses.every(({ origin }) => origin === null)).toBe(true)
    const open_ = await open({ generator, annotation: { blind: false } })
    expect(taskAt(open_, 0).responses.every(({ origin }) => origin !== null)).toBe(true)
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
    expect(new Set(taskAt(curation, 0).responses.map(({ origin }) => origin))).toEqual(
      new Set([`m at ${SERVER}`, 'm at http://other.example/v1']),
    )
  })

  it('a single one is no origin', async () => {
    const curation = await open({
      generator: { server: SERVER, model: 'm' },
      annotation: { blind: false },
    })
    await run(curation)
    expect(taskAt(curation, 0).responses.every(({ origin }) => origin === null)).toBe(true)
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
    expect(countsOf(curation)).toMatchObject({
      candidates: 8 * PROMPTS.length,
      selected: PROMPTS.length,
    })
  })
})
