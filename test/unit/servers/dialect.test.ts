// What is learned from a server that does not support every parameter.
import { describe, expect, it } from 'vitest'
import { answerTo, type Fault, FAULTS } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, client, failureOf, HI, never, sample, wanted } from './support'

useFakeServer()

describe('a server with limitations', () => {
  it.each([1, 3])(
    'returns %i choices whatever n is: the others are requested one by one, with their own seeds',
    async (mostChoices) => {
      server.abilities.mostChoices = mostChoices
      const one = client()
      expect(
        (await sample(one, server.url, { candidates: wanted(10) })).map(({ text }) => text),
      ).toEqual(wanted(10).map(({ seed }) => answerTo(HI, seed)))
      expect(chats().filter((body) => 'n' in body)).toHaveLength(1)
      await sample(one, server.url, { prompt: 'Again', candidates: wanted(3) })
      expect(chats().filter((body) => 'n' in body)).toHaveLength(1)
    },
  )

  it.each<[string, (body: Record<string, unknown>) => string | undefined, Record<string, unknown>]>(
    [
      [
        'n',
        ({ n }) => (n === undefined ? undefined : 'Only one completion choice is allowed'),
        { n: undefined, logprobs: true },
      ],
      [
        'logprobs',
        ({ logprobs }) =>
          logprobs === undefined
            ? undefined
            : "This model does not support the parameter 'logprobs'",
        { logprobs: undefined, n: 2 },
      ],
      [
        'a seed',
        ({ seed }) => (seed === undefined ? undefined : 'Extra inputs are not permitted: seed'),
        { seed: undefined, n: 2 },
      ],
      [
        'max_tokens',
        ({ max_tokens }) =>
          max_tokens === undefined
            ? undefined
            : "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        { max_completion_tokens: 64 },
      ],
      [
        'an unnamed parameter',
        ({ n, logprobs }) =>
          n === undefined && logprobs === undefined ? undefined : 'Bad request',
        { n: undefined, logprobs: undefined },
      ],
    ],
  )(
    'refuses %s: the request is sent without, and so are later ones',
    async (_, refuses, expected) => {
      server.abilities.refuses = refuses
      const one = client()
      expect(await sample(one, server.url, { candidates: wanted(2) })).toHaveLength(2)
      const before = server.requests.length
      const [candidate] = await sample(one, server.url, { prompt: 'Again', candidates: wanted(2) })
      const [again] = server.requests
        .slice(before)
        .map(({ body }): Record<string, unknown> => body ?? {})
      expect(
        Object.fromEntries(Object.keys(expected).map((field) => [field, again?.[field]])),
      ).toEqual(expected)
      expect(candidate?.seed === null).toBe('seed' in expected)
    },
  )

  it.each([8, 6, 1])(
    'has %i slots: requests ask for no more choices, still with log-probabilities',
    async (slots) => {
      server.abilities.refuses = ({ n = 1 }) =>
        n <= slots
          ? undefined
          : 'n_cmpl cannot be greater than the number of slots, please increase -np'
      const one = client()
      const candidates = await sample(one, server.url, { candidates: wanted(16) })
      expect(candidates.map(({ text }) => text)).toEqual(
        wanted(16).map(({ seed }) => answerTo(HI, seed)),
      )
      expect(candidates.every(({ logprob }) => logprob !== null)).toBe(true)
      const before = chats().length
      await sample(one, server.url, { prompt: 'Again', candidates: wanted(16) })
      expect(
        Math.max(
          ...chats()
            .slice(before)
            .map(({ n = 1 }) => n as number),
        ),
      ).toBe(2 ** Math.floor(Math.log2(slots)))
    },
  )

  it('refuses a setting in use: the failure names it', async () => {
    server.abilities.refuses = ({ top_k }) =>
      top_k === undefined ? undefined : "Unexpected fields in the request: {'top_k'}"
    expect(
      await failureOf(
        sample(client(), server.url, { candidates: wanted(2), sampling: { topK: 3 } }),
      ),
    ).toEqual({
      code: 'server-refused',
      message: 'The server does not support the setting sampling.topK.',
      where: server.url,
      remedy: 'Set sampling.topK to 0 in the curation file, or choose another server.',
    })
  })

  it.each<[string, (body: Record<string, unknown>) => boolean, Record<string, unknown>]>([
    ['logprobs', (body) => body['logprobs'] !== undefined, { logprobs: undefined, n: 2 }],
    ['n', (body) => body['n'] !== undefined, { logprobs: true, n: undefined }],
    ['a seed', (body) => body['seed'] !== undefined, { seed: undefined }],
  ])('meets %s with faults: later requests do without', async (_, isFaulty, expected) => {
    server.faults = Array.from(
      { length: 40 },
      (): Fault => (request, response, answer) =>
        isFaulty(request.body ?? {})
          ? response.writeHead(500).end('Internal Server Error')
          : response.end(answer()),
    )
    const one = client()
    expect(await sample(one, server.url, { candidates: wanted(2) })).toHaveLength(2)
    const before = chats().length
    await sample(one, server.url, { prompt: 'Again', candidates: wanted(2) })
    const [again = {}] = chats().slice(before)
    expect(Object.fromEntries(Object.keys(expected).map((field) => [field, again[field]]))).toEqual(
      expected,
    )
    expect(one.clock.waits).toEqual([])
  })

  it('has a passing fault: no field is given up', async () => {
    server.faults.push(FAULTS['500'])
    const one = client()
    const [candidate] = await sample(one, server.url, { candidates: wanted(2) })
    expect(candidate?.logprob).not.toBeNull()
    await sample(one, server.url, { prompt: 'Again', candidates: wanted(2) })
    expect(chats().at(-1)).toMatchObject({ n: 2, logprobs: true })
  })

  it.each([
    ['top_p beside temperature', { temperature: 0.7, topP: 0.9 }, 'top_p'],
    ['temperature', { temperature: 1, topP: 0.5 }, 'temperature'],
  ] as const)(
    'refuses %s at its default: it is left out, and said so',
    async (_, sampling, field) => {
      server.abilities.refuses = (body) =>
        field in body ? `The model does not take ${field}` : undefined
      const [candidate] = await sample(client(), server.url, { candidates: wanted(1), sampling })
      expect(candidate?.omitted).toEqual([field])
    },
  )

  it('refuses a temperature that is not the default: the failure names the setting', async () => {
    server.abilities.refuses = ({ temperature }) =>
      temperature === undefined ? undefined : 'temperature must be 1'
    expect(
      await failureOf(
        sample(client(), server.url, { candidates: wanted(1), sampling: { temperature: 0.3 } }),
      ),
    ).toMatchObject({
      code: 'server-refused',
      remedy: expect.stringContaining('sampling.temperature') as string,
    })
  })

  it.each([
    [403, { error: { message: 'missing scope' } }],
    [422, { error: 'no' }],
    [503, { error: { message: 'Loading model' } }],
    [200, [{ id: 'm' }]],
    [200, '<!doctype html>'],
  ])('gives no list of models (%i, %j): it samples all the same', async (status, body) => {
    server.listing = (_, response) =>
      void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
    const one = client()
    expect(await sample(one, server.url, { candidates: wanted(1) })).toHaveLength(1)
    expect(one.clock.waits).toEqual([])
  })

  it('loads its model: requests wait for as long as it takes, with a message', async () => {
    server.faults = Array.from(
      { length: 30 },
      (): Fault => (_, response) => void response.writeHead(503).end('{"error": "Loading model"}'),
    )
    const one = client()
    expect(await sample(one, server.url, { candidates: wanted(1) })).toHaveLength(1)
    expect(one.log[0]).toContain('it is loading its model')
  })

  it.each([
    ['/api/version', { version: '0.6.5' }],
    ['/version', { version: '1' }],
    ['/info', { version: '1', model_id: 'm', model_type: 'embedding' }],
  ])('answers at %s like others: it is not taken for them', async (page, value) => {
    server.abilities.pages = { [page]: value }
    const generator = await client().servers.generator(
      { server: server.url, model: 'm', concurrency: 1 },
      { signal: never, onProgress: () => undefined, refresh: false },
    )
    expect(generator.description.server?.software).toBeNull()
  })
})
