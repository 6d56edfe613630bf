// Requests to a server with the OpenAI API, and what is read from the responses.
import { describe, expect, it } from 'vitest'
import { answerTo } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, client, failureOf, HI, never, sample, wanted } from './support'

useFakeServer()

const OLLAMA = { '/': 'Ollama is running', '/api/version': { version: '0.40.12' } }

describe('a request', () => {
  it('asks for up to 16 candidates, with the settings and the seed of the first', async () => {
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
        stream: false,
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
        stream: false,
      },
    ])
    expect(candidates.map(({ seed }) => seed)).toEqual(
      [...Array<number>(16).fill(0), ...Array<number>(4).fill(16)].map(
        (first) => wanted(20)[first]?.seed,
      ),
    )
  })

  it('contains only the extensions that are in use', async () => {
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
  ])('overrides the defaults of %s', async (software, pages, name, fields) => {
    server.abilities = { pages, ...(software === 'vLLM' ? { owner: 'vllm' } : {}) }
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

  it('contains no top-p of 1, which is the default everywhere', async () => {
    await sample(client(), server.url, { candidates: wanted(1), sampling: { topP: 1 } })
    await sample(client(), server.url, { candidates: wanted(1), sampling: { topP: 0.5 } })
    expect(chats().map((body) => body['top_p'])).toEqual([undefined, 0.5])
  })

  it('contains no field that the curation file turns off', async () => {
    const [candidate] = await sample(client(), server.url, {
      candidates: wanted(2),
      omit: ['n', 'logprobs', 'seed', 'temperature', 'top_p'],
    })
    expect(chats()[0]).toEqual({ model: 'm', messages: HI, max_tokens: 64, stream: false })
    expect(candidate).toMatchObject({ seed: null, omitted: ['temperature', 'top_p'] })
  })

  it('is not sent to software that would ignore a setting', async () => {
    server.abilities.pages = OLLAMA
    expect(
      await failureOf(
        sample(client(), server.url, { candidates: wanted(1), sampling: { topK: 5 } }),
      ),
    ).toMatchObject({
      code: 'server-refused',
      where: server.url,
      message: 'The server does not support the setting sampling.topK.',
    })
    expect(chats()).toEqual([])
  })

  it('contains the options of the chat template, if any', async () => {
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

  it.each(['ignores them', 'refuses them'])(
    'with options of the chat template fails at a server that %s',
    async (what) => {
      if (what === 'refuses them')
        server.abilities.refuses = (body) =>
          'chat_template_kwargs' in body
            ? 'Unrecognized request argument supplied: chat_template_kwargs'
            : undefined
      else server.abilities.pages = OLLAMA
      expect(
        await failureOf(
          sample(client(), server.url, {
            candidates: wanted(1),
            template: { enable_thinking: false },
          }),
        ),
      ).toEqual({
        code: 'server-refused',
        message: 'The server does not support options of the chat template.',
        where: server.url,
        remedy: 'Remove generator.template from the curation file, or choose another server.',
      })
    },
  )

  it('is sent when the concurrency allows it', async () => {
    await sample(client(), server.url, { candidates: wanted(160), concurrency: 3 })
    // three, or the five requests for the version before
    expect(server.mostInFlight).toBeLessThanOrEqual(5)
    expect(chats()).toHaveLength(10)
  })
})

describe('an answer', () => {
  it('yields log-probabilities and token counts, if it has them', async () => {
    expect(await sample(client(), server.url, { candidates: wanted(2) })).toMatchObject([
      { logprob: -12.5, tokenCount: 5 },
      { logprob: -12.5, tokenCount: 5 },
    ])
    server.abilities.logprobs = false
    // The usage covers the whole request: it is a candidate's own count only if that is the only
    // one.
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
  ])('with the finish reason %s is recorded as %s', async (reason, expected) => {
    server.abilities.finishReason = reason
    expect(await sample(client(), server.url, { candidates: wanted(1) })).toMatchObject([
      { finishReason: expected },
    ])
  })

  const says = (choice: object): void =>
    void server.faults.push(
      (_, response) =>
        void response.end(JSON.stringify({ choices: [{ finish_reason: 'stop', ...choice }] })),
    )

  it.each<[string, object, object]>([
    [
      'a field of its own',
      { content: 'Yes.', reasoning_content: 'Hm.' },
      { text: 'Yes.', reasoning: 'Hm.' },
    ],
    ['another field', { content: 'Yes.', reasoning: 'Hm.' }, { text: 'Yes.', reasoning: 'Hm.' }],
    [
      'parts of the content',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Yes.' },
        ],
      },
      { text: 'Yes.', reasoning: 'Hm.' },
    ],
    ['its text', { content: '<think>Hm.</think>Yes.' }, { text: 'Yes.', reasoning: 'Hm.' }],
    ['no text', { content: null, reasoning_content: 'Hm.' }, { text: '', reasoning: 'Hm.' }],
    ['a third field', { content: 'Yes.', thinking: 'Hm.' }, { text: 'Yes.', reasoning: 'Hm.' }],
  ])('with reasoning in %s is split', async (_, message, expected) => {
    says({ message })
    expect(await sample(client(), server.url, { candidates: wanted(1) })).toMatchObject([expected])
  })

  it('holds its reasoning where the curation says so', async () => {
    says({ message: { content: 'Yes.', reasoning_content: 'Hm.' } })
    const [candidate] = await sample(client(), server.url, {
      candidates: wanted(1),
      reasoning: 'inText',
    })
    expect(candidate).toMatchObject({ text: '<think>\nHm.\n</think>\n\nYes.' })
    expect(candidate).not.toHaveProperty('reasoning')
  })

  it('of another shape is read', async () => {
    says({ text: 'As to a completion.' })
    says({ message: { content: null, refusal: 'I cannot say.' } })
    for (const text of ['As to a completion.', 'I cannot say.'])
      expect(await sample(client(), server.url, { candidates: wanted(1) })).toMatchObject([
        { text },
      ])
  })

  it('with several choices under one index is read in order', async () => {
    server.faults.push(
      (_, response) =>
        void response.end(
          JSON.stringify({
            choices: ['a', 'b', 'c'].map((content) => ({ index: 0, message: { content } })),
          }),
        ),
    )
    const candidates = await sample(client(), server.url, { candidates: wanted(3) })
    expect(candidates.map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })

  it('with a failed choice among others loses that choice alone', async () => {
    server.faults.push(
      (_, response) =>
        void response.end(
          JSON.stringify({
            choices: [
              { index: 0, message: { content: 'a' } },
              { index: 1, message: { content: 'b' }, finish_reason: 'error' },
              { index: 2, message: { content: 'c' } },
            ],
          }),
        ),
    )
    const one = client()
    const candidates = await sample(one, server.url, { candidates: wanted(3) })
    expect(candidates.map(({ text }) => text).slice(0, 2)).toEqual(['a', 'c'])
    await sample(one, server.url, { prompt: 'Again', candidates: wanted(3) })
    expect(chats().at(-1)?.['n']).toBe(3)
  })
})
