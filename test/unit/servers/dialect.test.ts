// What is learned from a server that does not support every parameter.
import { describe, expect, it } from 'vitest'
import { answerTo } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, client, failureOf, HI, sample, wanted } from './support'

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
      message: 'The server does not take the setting sampling.topK.',
      where: server.url,
      remedy: 'Set sampling.topK to 0 in the curation file, or choose another server.',
    })
  })
})
