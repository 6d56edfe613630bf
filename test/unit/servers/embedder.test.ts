// Vectors from a server: of unit length, in order of the texts, whatever faults occur.
import { describe, expect, it } from 'vitest'
import type { EmbedResult } from '../../../src/shared/engineProtocol'
import { type Fault, FAULTS } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { type Client, client, failureOf, never } from './support'

useFakeServer({ dim: 8 })

async function embed({ servers }: Client, texts: string[], model = 'm'): Promise<EmbedResult> {
  const look = { signal: never, onProgress: () => undefined }
  return (
    await servers.embedder(
      { server: server.url, model, concurrency: 4 },
      { ...look, refresh: false },
    )
  ).embed(texts, look)
}

const rows = ({ vectors, dim }: EmbedResult): number[][] =>
  Array.from({ length: vectors.length / dim }, (_, i) => [
    ...vectors.subarray(i * dim, (i + 1) * dim),
  ])
const inputs = (): string[][] =>
  server.requests
    .filter(({ path }) => path === '/v1/embeddings')
    .map(({ body }) => body?.['input'] as string[])

describe('vectors from a server', () => {
  it('have length 1 and the order of the texts; each distinct text is requested once', async () => {
    const texts = Array.from({ length: 300 }, (_, i) => `text ${i % 150}`)
    const result = rows(await embed(client(), texts))
    expect(result).toHaveLength(300)
    for (const row of result) expect(Math.hypot(...row)).toBeCloseTo(1, 6)
    expect(result.slice(150)).toEqual(result.slice(0, 150))
    expect(new Set(result.map(String)).size).toBe(150)
    expect(inputs().flat()).toHaveLength(150)
    for (const [i, text] of texts.slice(0, 3).entries())
      expect(rows(await embed(client(), [text]))[0]).toEqual(result[i])
  })

  it('of empty texts, which servers refuse, are the first unit vector', async () => {
    const [empty, blank, word] = rows(await embed(client(), ['', ' \n', 'word']))
    expect(empty).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
    expect(blank).toEqual(empty)
    expect(word).not.toEqual(empty)
    expect(inputs()).toEqual([['word']])
    expect(rows(await embed(client(), ['']))).toEqual([empty])
  })

  it.each(Object.entries(FAULTS))('are the same after %s', async (_, fault) => {
    const texts = Array.from({ length: 70 }, (__, i) => `text ${i}`)
    const undisturbed = await embed(client(), texts)
    server.faults.push(fault, fault)
    expect(await embed(client(), texts)).toEqual(undisturbed)
  })

  it('of a text that is too long are those of the truncated text', async () => {
    const longest = 40
    server.abilities.refuses = ({ input }) =>
      (input as string[]).some((text) => text.length > longest)
        ? 'This model has a maximum context length of 8 tokens.'
        : undefined
    const long = 'x'.repeat(100)
    const [short, cut] = rows(await embed(client(), ['short', long]))
    expect(short).toEqual(rows(await embed(client(), ['short']))[0])
    expect(cut).toEqual(rows(await embed(client(), ['x'.repeat(34)]))[0])
  })

  it.each([
    ['TEI', 422, 'Input validation error: `inputs` must have less than 8 tokens. Given: 31'],
    [
      'llama.cpp',
      500,
      'input (31 tokens) is too large to process. increase the physical batch size (current batch size: 8)',
    ],
  ])(
    'of a text that is too long for %s are those of the truncated text',
    async (_, status, words) => {
      const refuse: Fault = ({ body }, response, answer) =>
        (body?.['input'] as string[]).some((text) => text.length > 40)
          ? response.writeHead(status).end(JSON.stringify({ error: { message: words } }))
          : response.end(answer())
      server.faults = Array.from({ length: 20 }, () => refuse)
      const one = client()
      const [short, cut] = rows(await embed(one, ['short', 'x'.repeat(100)]))
      server.faults = []
      expect([short, cut]).toEqual(rows(await embed(client(), ['short', 'x'.repeat(34)])))
      expect(one.clock.waits).toEqual([])
    },
  )

  it('are requested in smaller batches if the server refuses larger ones', async () => {
    const texts = Array.from({ length: 150 }, (_, i) => `text ${i}`)
    const expected = await embed(client(), texts)
    const refuse: Fault = ({ body }, response, answer) =>
      (body?.['input'] as string[]).length > 32
        ? response
            .writeHead(413)
            .end('{"message":"batch size 64 > maximum allowed batch size 32","type":"Validation"}')
        : response.end(answer())
    server.faults = Array.from({ length: 30 }, () => refuse)
    expect(await embed(client(), texts)).toEqual(expected)
  })

  it('fail with the reason', async () => {
    expect(await failureOf(embed(client(), ['a'], 'other'))).toMatchObject({
      code: 'server-refused',
      message: 'The server has no model “other” (404): The model other does not exist.',
      remedy: 'It lists: m. Name one of these in the curation file.',
    })
    server.faults = Array.from(
      { length: 20 },
      () => (_, response) =>
        void response.writeHead(200).end('{"data": [{"index": 0, "embedding": []}]}'),
    )
    expect(await failureOf(embed(client(), ['a']))).toMatchObject({
      code: 'server-unreachable',
      where: server.url,
    })
  })
})
