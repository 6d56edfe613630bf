// Vectors of a simulation: embedded once, resumed after an interruption.
import { appendFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../../src/curation/engine'
import type { EmbedParams } from '../../../src/shared/engineProtocol'
import { FailureError, failureError } from '../../../src/shared/errors'
import { vectorsOf } from '../../../src/simulation/vectors'
import { temporaryFolder } from '../../support/temporaryFolder'

const TEXTS = Array.from({ length: 600 }, (_, i) => `text ${i}`)
let cache: string
let asked: string[]

beforeEach(() => {
  cache = path.join(temporaryFolder(), 'simulation')
  asked = []
})

/** Vectors of three numbers, the first of which is the number in the text. */
const engine = (diesAfter = Infinity): Engine => ({
  request: (async (_method: string, params: unknown): Promise<unknown> => {
    await Promise.resolve()
    const { texts } = params as EmbedParams
    if (asked.length >= diesAfter) throw failureError('engine-died', 'The engine ended.')
    asked.push(...texts)
    const rows = texts.flatMap((text) => [Number(text.split(' ')[1]), 0, 1])
    return { dim: 3, vectors: Float32Array.from(rows) }
  }) as Engine['request'],
})

const embed = (texts = TEXTS, one = engine()): ReturnType<typeof vectorsOf> =>
  vectorsOf(one, texts, {
    embedder: 'builtin:e',
    cache,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })

it('embeds each distinct text once, and nothing the second time', async () => {
  const repeated = [...TEXTS, ...TEXTS]
  const { dim, stacked } = await embed(repeated)
  expect(dim).toBe(3)
  expect([...stacked(['text 7', 'text 599'])]).toEqual([7, 0, 1, 599, 0, 1])
  expect(asked).toEqual(TEXTS)
  const again = await embed(repeated)
  expect([...again.stacked(['text 300'])]).toEqual([300, 0, 1])
  expect(asked).toHaveLength(600)
})

it('resumes after the last texts that were embedded, past a torn row', async () => {
  await expect(embed(TEXTS, engine(300))).rejects.toThrow(FailureError)
  expect(asked).toHaveLength(512)
  const [file = ''] = readdirSync(cache)
  appendFileSync(path.join(cache, file), Buffer.from([1, 2, 3, 4, 5]))
  const { stacked } = await embed()
  expect(asked).toEqual(TEXTS)
  expect([...stacked(['text 511', 'text 512'])]).toEqual([511, 0, 1, 512, 0, 1])
})

it('keeps other texts and other embedders apart', async () => {
  await embed()
  await embed(TEXTS.slice(1))
  expect(readdirSync(cache)).toHaveLength(2)
})
