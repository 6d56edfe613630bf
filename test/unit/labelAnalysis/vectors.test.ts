// Vectors of the analysis of labels: those that hold no numbers do not count.
import { expect, it } from 'vitest'
import type { Engine } from '../../../src/curation/engine'
import { TextVectors } from '../../../src/labelAnalysis/vectors'
import type { EmbedParams, EmbedResult } from '../../../src/shared/engineProtocol'
import { CurationFolder, QUIETLY } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'

it('has no vector of a text whose values are not numbers', async () => {
  const folder = new CurationFolder(['one'], {})
  const fake = new FakeEngine()
  const request = async (method: string, params: unknown, options: never): Promise<unknown> => {
    const result = (await fake.request(method as never, params as never, options)) as EmbedResult
    const place = (params as EmbedParams).texts.indexOf('broken')
    if (place >= 0) result.vectors[place * result.dim] = NaN
    return result
  }
  const texts = ['broken', 'whole'].map((text) => ({ id: text, text }))
  const vectors = await TextVectors.of(await folder.open(), texts, {
    engine: { request: request as Engine['request'] },
    cache: folder.inside('cache'),
    signal: QUIETLY.signal,
  })
  expect(texts.map((text) => vectors.has(text))).toEqual([false, true])
})
