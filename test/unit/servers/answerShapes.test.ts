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

const DEFLATE = { 'content-encoding': 'deflate' }

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
  ])('%s is read', async (_, body, headers) => {
    responds(body, headers)
    expect(await one()).toMatchObject([{ text: 'Yes.' }])
    expect(chats()).toHaveLength(1)
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
    ['', 'other'],
    [null, 'other'],
  ])('that finishes with %s is recorded as %s', async (reason, expected) => {
    responds(choice({ finish_reason: reason }))
    expect(await one()).toMatchObject([{ finishReason: expected }])
  })

  it.each(['network_error', 'insufficient_system_resource'])(
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

  it('that holds no choice is asked for four times by a server that answers others', async () => {
    const asking = client()
    await sample(asking, server.url, { candidates: ONE })
    for (let i = 0; i < 4; i++) responds('{"choices": []}')
    const failure = await failureOf(
      sample(asking, server.url, { candidates: [{ index: 1, seed: 2 }] }),
    )
    expect(failure).toMatchObject({
      code: 'prompt-refused',
      message: 'The server gives no response: its answer holds no response.',
    })
    expect(asking.clock.waits).toEqual([1000, 2000, 4000])
  })

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
