// Responses of servers in other shapes than OpenAI's: what they say is read all the same.
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { errorText } from '../../../src/engine/servers/errorBody'
import type { SampledCandidate } from '../../../src/shared/engineProtocol'
import { answerTo } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, client, failureOf, HI, sample, wanted } from './support'

useFakeServer()

const ONE = [{ index: 0, seed: 11 }]

const one = (): Promise<SampledCandidate[]> => sample(client(), server.url, { candidates: ONE })

/** The next response. */
const responds = (body: string | Buffer, headers: Record<string, string> = {}): void =>
  void server.faults.push((_, response) => void response.writeHead(200, headers).end(body))

const encoded = (encoding: string): Record<string, string> => ({ 'content-encoding': encoding })
const DEFLATE = encoded('deflate')

const choice = (fields: object): string =>
  JSON.stringify({ choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop', ...fields }] })

describe('a response', () => {
  it.each<[string, string | Buffer, Record<string, string>?]>([
    ['that begins with a byte order mark', `\ufeff${choice({})}`],
    ['that comments keep alive', `: PROCESSING\n\n: PROCESSING\n\n${choice({})}`],
    ['without the header of its compression', zlib.deflateRawSync(choice({})), DEFLATE],
    ['with the header of its compression', zlib.deflateSync(choice({})), DEFLATE],
    ['of one part', choice({ message: { content: { type: 'text', text: 'Yes.' } } })],
    ['of bare texts', choice({ message: { content: ['Ye', 's.'] } })],
    ['with one event of a stream', choice({ message: undefined, delta: { content: 'Yes.' } })],
    ['compressed twice', zlib.gzipSync(zlib.gzipSync(choice({}))), encoded('gzip, gzip')],
    ['whose proxy undid the compression', choice({}), encoded('gzip')],
    ['compressed without saying so', zlib.gzipSync(choice({}))],
    ['with a character set as its compression', choice({}), encoded('UTF-8')],
    ['without a compression by name', choice({}), encoded('none')],
  ])('%s is read', async (_, body, headers) => {
    responds(body, headers)
    expect(await one()).toMatchObject([{ text: 'Yes.' }])
    expect(chats()).toHaveLength(1)
  })

  it('that is not UTF-8 is read in its character set', async () => {
    const headers = { 'content-type': 'application/json; charset=ISO-8859-1' }
    responds(Buffer.from(choice({ message: { content: 'olé' } }), 'latin1'), headers)
    responds(choice({ message: { content: 'olé' } }), headers)
    for (let i = 0; i < 2; i++) expect(await one()).toMatchObject([{ text: 'olé' }])
  })

  it('with a refusal beside an empty text is the refusal', async () => {
    responds(choice({ message: { content: '', refusal: 'I cannot say.' } }))
    expect(await one()).toMatchObject([{ text: 'I cannot say.' }])
  })

  it('with reasoning in a field and in its text keeps both apart from the answer', async () => {
    responds(choice({ message: { content: '<think>Two.</think>Yes.', reasoning: 'One.' } }))
    expect(await one()).toMatchObject([{ text: 'Yes.', reasoning: 'One.\n\nTwo.' }])
  })

  it('may speak of markers where its reasoning is in a field', async () => {
    responds(choice({ message: { content: 'It ends with </think>.', reasoning: 'One.' } }))
    expect(await one()).toMatchObject([{ text: 'It ends with </think>.', reasoning: 'One.' }])
  })

  it('has no log-probability where that of a token is not known', async () => {
    responds(choice({ logprobs: { content: [{ logprob: -1 }, { logprob: -9999 }] } }))
    expect(await one()).toMatchObject([{ tokenCount: 2, logprob: null }])
  })

  it.each(['NaN', '-Infinity'])(
    'with a log-probability of %s is read without it',
    async (value) => {
      responds(
        choice({ logprobs: { content: [{ logprob: -1 }, { logprob: 'VALUE' }] } }).replace(
          '"VALUE"',
          value,
        ),
      )
      expect(await one()).toMatchObject([{ text: 'Yes.', tokenCount: 2, logprob: null }])
    },
  )

  it('may have the log-probabilities of a completion', async () => {
    responds(choice({ logprobs: { tokens: ['a', 'b'], token_logprobs: [-1, -2] } }))
    expect(await one()).toMatchObject([{ tokenCount: 2, logprob: -3 }])
  })

  it.each([
    ['STOP', 'stop'],
    ['end_turn', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['limit', 'length'],
    ['', 'other'],
    [null, 'other'],
  ])('that finishes with %s is recorded as %s', async (reason, expected) => {
    responds(choice({ finish_reason: reason }))
    expect(await one()).toMatchObject([{ finishReason: expected }])
  })

  it.each(['network_error', 'insufficient_system_resource', 'cancelled', 'timeout'])(
    'that finishes with %s is asked for again',
    async (reason) => {
      responds(choice({ finish_reason: reason }))
      expect(await one()).toMatchObject([{ text: answerTo(HI, 11) }])
    },
  )

  it.each([
    { finish_reason: 'content_filter: PROHIBITED_CONTENT', message: undefined },
    { finish_reason: 'SAFETY', message: { role: 'assistant' } },
    { finish_reason: 'sensitive', message: { content: '' } },
    { finish_reason: 'content-filter', message: { content: null } },
  ])('that a content filter emptied ($finish_reason) is a refusal', async (fields) => {
    for (let i = 0; i < 9; i++) responds(choice(fields))
    expect((await failureOf(one()))?.message).toContain('content filter stopped the response')
  })

  it('that is a web page from the start is not waited for long', async () => {
    const page =
      '<!doctype html><html><head><title>Chat</title><style>p{color:red}</style></head><body><div id=root></div></body>'
    for (let i = 0; i < 9; i++) responds(page, { 'content-type': 'text/html' })
    expect(await failureOf(one())).toMatchObject({
      code: 'server-unreachable',
      message:
        'The server does not answer as it should: its answer is a web page (“Chat”) (tried 4 times).',
    })
  })

  it('of another API is not waited for long', async () => {
    for (let i = 0; i < 9; i++) responds('{"message": {"content": "Yes."}, "done": true}')
    expect((await failureOf(one()))?.message).toContain('(tried 4 times)')
  })

  it.each([408, 409, 423, 425, 498, 499])('of status %i is a fault that passes', async (status) => {
    server.faults.push((_, response) => void response.writeHead(status).end())
    expect(await one()).toMatchObject([{ text: answerTo(HI, 11) }])
  })

  it.each([
    [
      'of a generation that failed (424)',
      424,
      '{"error": "CUDA out of memory"}',
      'The server refuses the request (424): CUDA out of memory.',
    ],
    [
      'that holds no choice',
      200,
      '{"choices": []}',
      'The server gives no response: its answer holds no response.',
    ],
  ])(
    '%s is asked for four times by a server that answers others',
    async (_, status, body, message) => {
      const asking = client()
      await sample(asking, server.url, { candidates: ONE })
      for (let i = 0; i < 4; i++)
        server.faults.push((_request, response) => void response.writeHead(status).end(body))
      const failure = await failureOf(
        sample(asking, server.url, { candidates: [{ index: 1, seed: 2 }] }),
      )
      expect(failure).toMatchObject({ code: 'prompt-refused', message })
      expect(asking.clock.waits).toEqual([1000, 2000, 4000])
    },
  )

  it.each(['<!-- ', '<script ', '<title '])('of %j without an end is quoted soon', (part) => {
    expect(errorText(part.repeat(100_000), null).length).toBeLessThan(400)
  })

  it('of status 404 is quoted without styles and scripts', async () => {
    server.faults.push(
      (_, response) =>
        void response
          .writeHead(404)
          .end(
            '<html><head><style>p{}</style></head><body><script>f()</script><h1>Gone</h1></body></html>',
          ),
    )
    const failure = await failureOf(one())
    expect(failure?.message).toBe('The server refuses the request (404): Gone.')
  })

  it('that sends on to another address names it, and is not followed', async () => {
    server.faults.push(
      (_, response) => void response.writeHead(307, { location: 'https://other.example/v1' }).end(),
    )
    expect(await failureOf(one())).toMatchObject({
      code: 'server-refused',
      remedy:
        'It names https://other.example/v1. If you trust that server, name its address in the curation file.',
    })
  })
})

describe('a server that', () => {
  it('forbids log-probabilities is asked without', async () => {
    server.faults.push(
      (_, response) =>
        void response
          .writeHead(403)
          .end('{"error": {"message": "You may not request logprobs from this model"}}'),
    )
    expect(await one()).toMatchObject([{ text: answerTo(HI, 11) }])
    expect(chats().map((body) => 'logprobs' in body)).toEqual([true, false])
  })

  it('streams alone is asked to', async () => {
    server.abilities.refuses = ({ stream }) =>
      stream === true ? undefined : 'This model supports stream mode alone'
    expect(await sample(client(), server.url, { candidates: wanted(3) })).toHaveLength(3)
    expect(chats().map(({ stream }) => stream)).toEqual([false, true])
  })

  it.each([
    ['a list of names', ['m', 'x']],
    ["Ollama's list", { models: [{ name: 'm' }, { model: 'x' }] }],
    ['a list with gaps', { data: [null, 3, { id: 'm' }, { id: 4 }, 'x'] }],
  ])('gives its models as %s lists them', async (_, list) => {
    server.listing = (_request, response) => void response.end(JSON.stringify(list))
    expect(await client().servers.models(server.url, new AbortController().signal)).toEqual([
      'm',
      'x',
    ])
  })

  it('never lists its models or names its software samples all the same', async () => {
    server.listing = () => undefined
    const limited = client({ limits: { timeoutMilliseconds: 200 } })
    expect(await sample(limited, server.url, { candidates: ONE })).toHaveLength(1)
  })
})
