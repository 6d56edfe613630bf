// Sampling from a server with the OpenAI API: what is asked, what is made of the answers, what is
// learned of a server that can less.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SampleParams } from '../../../src/shared/engineProtocol'
import { answerTo, type FakeServer, startFakeServer } from '../../support/servers/fakeServer'
import { client, failureOf, never, sample } from './support'
import { candidateSeed } from '../../../src/core/sampling/seeds'

const wanted = (n: number): SampleParams['candidates'] =>
  Array.from({ length: n }, (_, index) => ({ index, seed: candidateSeed(7, 'p', 1, index) }))
const HI = [{ role: 'user' as const, content: 'Hi' }]

let server: FakeServer
beforeEach(async () => {
  server = await startFakeServer()
})
afterEach(() => server.close())

const chats = (): Record<string, unknown>[] =>
  server.requests
    .filter(({ path }) => path === '/v1/chat/completions')
    .map(({ body }) => body ?? {})

describe('a request', () => {
  it('asks for several candidates at once, with the settings and the seed of the first', async () => {
    const candidates = await sample(client(), server.url, {
      candidates: wanted(20),
      sampling: { temperature: 0.7, topP: 0.8 },
    })
    expect(candidates.map(({ text }) => text)).toEqual(
      wanted(20).map(({ seed }) => answerTo(HI, seed)),
    )
    expect(chats().sort((a, b) => Number(b['n']) - Number(a['n']))).toEqual([
      {
        model: 'm',
        messages: HI,
        temperature: 0.7,
        top_p: 0.8,
        max_tokens: 64,
        seed: wanted(20)[0]?.seed,
        n: 16,
        logprobs: true,
      },
      {
        model: 'm',
        messages: HI,
        temperature: 0.7,
        top_p: 0.8,
        max_tokens: 64,
        seed: wanted(20)[16]?.seed,
        n: 4,
        logprobs: true,
      },
    ])
    expect(candidates.map(({ seed }) => seed)).toEqual(
      [...Array<number>(16).fill(0), ...Array<number>(4).fill(16)].map(
        (first) => wanted(20)[first]?.seed,
      ),
    )
  })

  it('names the extensions that are used, and no others', async () => {
    await sample(client(), server.url, {
      candidates: wanted(1),
      sampling: { topK: 40, minP: 0.1, repetitionPenalty: 1.1 },
    })
    expect(chats()[0]).toMatchObject({ top_k: 40, min_p: 0.1, repetition_penalty: 1.1 })
    expect(chats()[0]).not.toHaveProperty('n')
  })

  it.each([
    [
      'vLLM',
      { '/version': { version: '0.21.0' } },
      'vLLM 0.21.0',
      { top_k: -1, min_p: 0, repetition_penalty: 1 },
    ],
    [
      'llama.cpp',
      { '/props': { build_info: 'b8681-Debian', default_generation_settings: { n_ctx: 4096 } } },
      'llama.cpp b8681-Debian',
      { top_k: 0, min_p: 0, repeat_penalty: 1 },
    ],
    [
      'SGLang',
      { '/get_server_info': { version: '0.5.9', tp_size: 1 } },
      'SGLang 0.5.9',
      { top_k: -1, min_p: 0, repetition_penalty: 1 },
    ],
  ])('turns off what %s does by default', async (_, pages, name, fields) => {
    server.abilities.pages = pages
    const one = client()
    await sample(one, server.url, { candidates: wanted(1) })
    expect(chats()[0]).toMatchObject(fields)
    const generator = await one.servers.generator(
      { server: server.url, model: 'm', concurrency: 4 },
      { signal: never, onProgress: () => undefined, refresh: false },
    )
    expect(generator.description).toEqual({
      model: 'm',
      device: 'server',
      reason: '',
      contextLength: null,
      candidatesInFlight: 128,
      server: { address: server.url, software: name },
    })
  })

  it.each([
    ['TGI', { '/info': { version: '3.3.6', model_id: 'm' } }, undefined],
    ['vLLM', { '/version': { version: '0.21.0' } }, 1],
    ['an unknown server', {}, 1],
  ])('says that top-p is off where a default would step in: %s', async (_, pages, expected) => {
    server.abilities.pages = pages
    await sample(client(), server.url, { candidates: wanted(1), sampling: { topP: 1 } })
    await sample(client(), server.url, { candidates: wanted(1), sampling: { topP: 0.5 } })
    expect(chats().map((body) => body['top_p'])).toEqual([expected, 0.5])
  })

  it('is not sent to software that would pass a setting over', async () => {
    server.abilities.pages = { '/api/version': { version: '0.40.12' } }
    expect(
      await failureOf(
        sample(client(), server.url, { candidates: wanted(1), sampling: { topK: 5 } }),
      ),
    ).toMatchObject({
      code: 'server-refused',
      where: server.url,
      message: 'The server does not take the setting sampling.topK.',
    })
    expect(chats()).toEqual([])
  })

  it('has the options of the chat template, and none where there are none', async () => {
    await sample(client(), server.url, {
      candidates: wanted(1),
      template: { enable_thinking: false },
    })
    await sample(client(), server.url, { candidates: wanted(1) })
    expect(chats().map((body) => body['chat_template_kwargs'])).toEqual([
      { enable_thinking: false },
      undefined,
    ])
  })

  it.each(['passes them over', 'refuses them'])(
    'has no options of the chat template for a server that %s',
    async (what) => {
      if (what === 'refuses them')
        server.abilities.refuses = (body) =>
          'chat_template_kwargs' in body
            ? 'Unrecognized request argument supplied: chat_template_kwargs'
            : undefined
      else server.abilities.pages = { '/api/version': { version: '0.40.12' } }
      expect(
        await failureOf(
          sample(client(), server.url, {
            candidates: wanted(1),
            template: { enable_thinking: false },
          }),
        ),
      ).toEqual({
        code: 'server-refused',
        message: 'The server does not take options of the chat template.',
        where: server.url,
        remedy: 'Remove generator.template from the curation file, or choose another server.',
      })
    },
  )

  it('is one of so many at a time', async () => {
    await sample(client(), server.url, { candidates: wanted(160), concurrency: 3 })
    // three, and the questions for the version before
    expect(server.mostInFlight).toBeLessThanOrEqual(5)
    expect(chats()).toHaveLength(10)
  })
})

describe('an answer', () => {
  it('gives log-probabilities and token counts where it has them', async () => {
    expect(await sample(client(), server.url, { candidates: wanted(2) })).toMatchObject([
      { logprob: -12.5, tokenCount: 5 },
      { logprob: -12.5, tokenCount: 5 },
    ])
    server.abilities.logprobs = false
    // The usage is that of the request: it says something of a candidate only when that is alone.
    expect(await sample(client(), server.url, { candidates: wanted(2) })).toMatchObject([
      { logprob: null, tokenCount: null },
      { logprob: null, tokenCount: null },
    ])
    expect(await sample(client(), server.url, { candidates: wanted(1) })).toMatchObject([
      { logprob: null, tokenCount: 5 },
    ])
    server.abilities.usage = false
    expect(await sample(client(), server.url, { candidates: wanted(1) })).toMatchObject([
      { logprob: null, tokenCount: null },
    ])
  })

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['eos_token', 'stop'],
    ['content_filter', 'other'],
    ['tool_calls', 'other'],
  ])('that ended by %s is %s', async (reason, expected) => {
    server.abilities.finishReason = reason
    expect(await sample(client(), server.url, { candidates: wanted(1) })).toMatchObject([
      { finishReason: expected },
    ])
  })
})

describe('a server that can less', () => {
  it.each([1, 3])(
    'gives %i choices whatever n is: the rest is asked for singly, by the seeds of each',
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
        'it does not say what',
        ({ n, logprobs }) =>
          n === undefined && logprobs === undefined ? undefined : 'Bad request',
        { n: undefined, logprobs: undefined },
      ],
    ],
  )(
    'refuses %s: it is asked again without, and that is remembered',
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
    'has %i slots: as many are asked for as it has, log-probabilities with them, and that is remembered',
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

  it('refuses a setting that is used: the failure names it', async () => {
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

describe('a refusal', () => {
  it('for want of a key says where to put it, and never what it is', async () => {
    server.abilities.key = 'sk-right'
    const { origin } = new URL(server.url)
    const without = await failureOf(sample(client(), server.url, { candidates: wanted(1) }))
    expect(without).toMatchObject({
      code: 'server-refused',
      message: 'The server wants a key (401).',
      where: server.url,
      remedy: expect.stringContaining('AEPO_SERVER_KEY') as string,
    })
    const one = client({ keys: { [origin]: 'sk-wrong' } })
    const wrong = await failureOf(sample(one, server.url, { candidates: wanted(1) }))
    expect(wrong).toMatchObject({
      code: 'server-refused',
      message: 'The server does not accept the key (401).',
    })
    expect(JSON.stringify([wrong, one.log])).not.toContain('sk-wrong')
    expect(
      await sample(client({ keys: { [origin]: 'sk-right' } }), server.url, {
        candidates: wanted(1),
      }),
    ).toHaveLength(1)
  })

  it('that repeats the key is told without it', async () => {
    const { origin } = new URL(server.url)
    server.abilities.refuses = () => 'I do not like sk-secret at all'
    const failure = await failureOf(
      sample(client({ keys: { [origin]: 'sk-secret' } }), server.url, { candidates: wanted(1) }),
    )
    expect(failure).toMatchObject({
      code: 'server-refused',
      message: 'The server refuses the request (400): I do not like … at all',
    })
  })

  it('of the model names those there are', async () => {
    server.abilities.models = ['llama', 'qwen']
    expect(
      await failureOf(sample(client(), server.url, { candidates: wanted(1), model: 'gemma' })),
    ).toMatchObject({
      code: 'server-refused',
      message: 'The server has no model “gemma”; it has: llama, qwen.',
    })
  })

  it('of a prompt that is too long is a context overflow', async () => {
    server.abilities.refuses = () =>
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
    expect(await failureOf(sample(client(), server.url, { candidates: wanted(2) }))).toMatchObject({
      code: 'context-overflow',
      where: server.url,
    })
    expect(chats()).toHaveLength(1)
  })

  it('by sending on to another address is not followed, and the key stays', async () => {
    const other = await startFakeServer()
    const { origin } = new URL(server.url)
    const one = client({ keys: { [origin]: 'sk-secret' } })
    server.faults.push(
      (_, response) =>
        void response.writeHead(307, { location: `${other.url}/chat/completions` }).end(),
    )
    expect(await failureOf(sample(one, server.url, { candidates: wanted(1) }))).toMatchObject({
      code: 'server-refused',
      message: 'The server sends on to another address (307), which is not followed.',
    })
    expect(other.requests).toEqual([])
    expect(one.keysAsked.every((asked) => asked === origin)).toBe(true)
    await other.close()
  })

  it('of an address without the API says so', async () => {
    expect(
      await failureOf(sample(client(), server.url.replace('/v1', ''), { candidates: wanted(1) })),
    ).toMatchObject({
      code: 'server-refused',
      message: 'The server does not know /chat/completions (404).',
      remedy: expect.stringContaining('/v1') as string,
    })
  })
})
