// Vectors from a server: of unit length, in order of the texts, whatever faults occur.
import { describe, expect, it } from 'vitest'
import { TRIES } from '../../../src/engine/servers/retries'
import type { EmbedResult, ServerModelRequest } from '../../../src/shared/engineProtocol'
import { type Fault, FAULTS } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { type Client, client, failureOf, never } from './support'

useFakeServer({ dim: 8 })

async function embed(
  { servers }: Client,
  texts: string[],
  model = 'm',
  more: Pick<ServerModelRequest, 'prompt'> = {},
): Promise<EmbedResult> {
  const look = { signal: never, onProgress: () => undefined }
  return (
    await servers.embedder(
      { server: server.url, model, concurrency: 4, ...more },
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

  it('are those of the texts after the prompt of the embedder', async () => {
    await embed(client(), ['one', '', 'two'], 'm', { prompt: 'query: ' })
    expect(inputs()).toEqual([['query: one', 'query: two']])
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
    const one = client()
    const [short, cut] = rows(await embed(one, ['short', long]))
    expect(one.log.filter((line) => line.includes('are truncated'))).toHaveLength(1)
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

  /** Meets requests with these texts with a fault, and answers the others. */
  const refuse = (fault: Fault, isBad: (text: string) => boolean): void => {
    server.faults = Array.from(
      { length: 200 },
      (): Fault => (request, response, answer) =>
        (request.body?.['input'] as string[]).some(isBad)
          ? fault(request, response, answer)
          : response.end(answer()),
    )
  }

  it.each<[string, Fault]>([
    ['400', (_, response) => response.writeHead(400).end('{"error": {"message": "not this"}}')],
    ['403', (_, response) => response.writeHead(403).end('{"error": {"message": "not this"}}')],
    ['503', (_, response) => response.writeHead(503).end('not this')],
    ['413', (_, response) => response.writeHead(413).end('not this')],
    ['an error in a 200', (_, response) => response.end('{"error": "not this"}')],
  ])('of one text that a server does not take (%s) are missing alone', async (_, fault) => {
    refuse(fault, (text) => text === 'bad')
    const result = await embed(client(), ['a', 'bad', 'b'])
    expect(result.refused).toMatchObject([
      { index: 1, failure: { message: expect.stringContaining('not this') as string } },
    ])
    const [a, , b] = rows(result)
    server.faults = []
    expect([a, b]).toEqual(rows(await embed(client(), ['a', 'b'])))
  })

  it('are asked for in parts a few times only, once a batch has failed for long', async () => {
    let meetings = 0
    refuse(
      (_, response) => {
        meetings++
        response.writeHead(503).end('not this')
      },
      (text) => text === 'bad',
    )
    await embed(client(), ['a', 'bad', 'b', 'c'])
    // the whole, one half, one text
    expect(meetings).toBe(TRIES + 3 + 3)
  })

  it('fail if the server takes no text at all', async () => {
    refuse(
      (_, response) => response.writeHead(400).end('{"error": {"message": "no"}}'),
      () => true,
    )
    expect(await failureOf(embed(client(), ['a', 'b']))).toMatchObject({ code: 'server-refused' })
  })

  it('fail if the server takes no text any more', async () => {
    const one = client()
    await embed(one, ['a'])
    server.faults = Array.from(
      { length: 20 },
      (): Fault => (_, response) => response.writeHead(403).end('{"message": "no balance"}'),
    )
    expect(await failureOf(embed(one, ['b', 'c']))).toMatchObject({
      code: 'server-refused',
      message: 'The server refuses the request (403): no balance.',
    })
  })

  it.each(['null', 'NaN'])(
    'of one text that are not numbers (%s) are that alone',
    async (value) => {
      const answered = (inputs: string[]): string =>
        JSON.stringify({
          data: inputs.map((text, index) => ({
            index,
            embedding: text === 'bad' ? ['?', 1] : [3, 4],
          })),
        }).replaceAll('"?"', value)
      server.faults = Array.from(
        { length: 20 },
        (): Fault =>
          ({ body }, response) =>
            response.end(answered(body?.['input'] as string[])),
      )
      const [a, bad, b] = rows(await embed(client(), ['a', 'bad', 'b']))
      expect(bad).toEqual([NaN, NaN])
      for (const row of [a, b]) expect(row).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)])
    },
  )

  it.each([400, 500])(
    'are asked for without a format where that is refused (%i)',
    async (status) => {
      server.faults = Array.from(
        { length: 20 },
        (): Fault => (request, response, answer) =>
          'encoding_format' in (request.body ?? {})
            ? response.writeHead(status).end('{"error": {"message": "unknown parameter"}}')
            : response.end(answer()),
      )
      const one = client()
      expect((await embed(one, ['a'])).refused).toEqual([])
      const before = server.requests.length
      await embed(one, ['b'])
      expect(server.requests.slice(before)).toHaveLength(1)
    },
  )

  it('may come in base64', async () => {
    const expected = await embed(client(), ['a'])
    server.faults.push((_, response, answer) => {
      const { data } = JSON.parse(answer()) as { data: { index: number; embedding: number[] }[] }
      const encoded = data.map(({ index, embedding }) => ({
        index,
        embedding: Buffer.from(new Float32Array(embedding).buffer).toString('base64'),
      }))
      response.end(JSON.stringify({ data: encoded }))
    })
    expect(await embed(client(), ['a'])).toEqual(expected)
  })

  const vectorOf = (text: string): number[] => [text.charCodeAt(0), 1]
  it.each<[string, (inputs: string[]) => unknown]>([
    [
      'with their places as texts',
      (inputs) => ({
        data: inputs.map((text, i) => ({ index: String(i), embedding: vectorOf(text) })).reverse(),
      }),
    ],
    [
      'all with the same place',
      (inputs) => ({ data: inputs.map((text) => ({ index: 0, embedding: vectorOf(text) })) }),
    ],
    [
      'as llama.cpp sends them without /v1',
      (inputs) => inputs.map((text, index) => ({ index, embedding: [vectorOf(text)] })).reverse(),
    ],
  ])('may come %s', async (_, answer) => {
    server.faults.push(
      ({ body }, response) =>
        void response.end(JSON.stringify(answer(body?.['input'] as string[]))),
    )
    const slopes = rows(await embed(client(), ['a', 'z'])).map(([x = 0, y = 0]) => x / y)
    expect(slopes).toEqual([
      expect.closeTo('a'.charCodeAt(0), 1),
      expect.closeTo('z'.charCodeAt(0), 1),
    ])
  })

  it('of zeros alone are none', async () => {
    server.faults.push(
      (_, response) => void response.end('{"data": [{"index": 0, "embedding": [0, 0]}]}'),
    )
    expect(rows(await embed(client(), ['a']))).toEqual([[NaN, NaN]])
  })
})
