// What a curation says of itself: how many candidates are cut off, and where they come from.
import { beforeEach, describe, expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generation/generate'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { candidateSources } from '../../../src/curation/sources'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'

let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(['one', 'two'], { sampling: { n: 4 } })
})

describe('candidates that are cut off', () => {
  it('are counted, whatever the guard does with them', async () => {
    const engine = new FakeEngine()
    engine.finishReason = 'length'
    const result = await generate(await folder.open(), engine, { ...QUIETLY, select: true })
    expect(result).toMatchObject({ generated: 8, cutOff: 8 })
    expect(countsOf(await folder.open())).toMatchObject({ candidates: 8, cutOff: 8 })
  })

  it('are none where every candidate ended by itself', async () => {
    expect(countsOf(await folder.generated()).cutOff).toBe(0)
  })
})

describe('the source of the candidates', () => {
  const source = (curation: Curation): string => candidateSources(curation, countsOf(curation))
  const imported = async (responses: number): Promise<Curation> => {
    const texts = Array.from({ length: responses }, (_, i) => ({ text: `Answer number ${i}.` }))
    const rows = ['one', 'two'].map((prompt) => ({ prompt, responses: texts }))
    const curation = await folder.open()
    await importCandidates(curation, folder.writeRows('responses.jsonl', rows))
    return curation
  }

  it('is the generator of the curation, before and after it has sampled', async () => {
    expect(source(await folder.open())).toBe('SmolLM2-135M-Instruct')
    expect(source(await folder.generated())).toBe('SmolLM2-135M-Instruct')
  })

  it('is no model where all pools are full of imported responses', async () => {
    expect(source(await imported(4))).toBe('imported responses')
  })

  it('is both where the generator is to fill what was imported in part', async () => {
    expect(source(await imported(2))).toBe('SmolLM2-135M-Instruct, imported responses')
    expect(source(await folder.generated())).toBe('SmolLM2-135M-Instruct, imported responses')
  })
})
