// A server with the OpenAI API for tests: each response is a function of the request, and a test
// can assign a fault to each request.
import { createHash } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { candidateSeed } from '../../../src/core/sampling/seeds'
import type { Message } from '../../../src/shared/domain'
import { type Completion, sendEvents } from './events'
import { onLoopback } from './loopback'

/**
 * The difference between seeds of successive candidates of a pool. The server draws choice i of a
 * request with seed + i × this, so one request and many requests yield the same texts.
 */
const SEED_STEP = (candidateSeed(0, '', 1, 1) - candidateSeed(0, '', 1, 0)) >>> 0

export interface ChatRequest {
  model: string
  messages: Message[]
  seed?: number
  n?: number
  max_tokens?: number
  logprobs?: boolean
  stream?: boolean
  [field: string]: unknown
}

export interface Received {
  method: string
  path: string
  authorization: string | undefined
  headers?: http.IncomingHttpHeaders
  body: ChatRequest | null
}

/** Responds instead of the server. */
export type Fault = (request: Received, response: ServerResponse, answer: () => string) => void

export interface Abilities {
  models?: string[] | null
  /** Returns the message of a refusal with status 400; undefined to accept the request. */
  refuses?: (request: ChatRequest) => string | undefined
  /** The text of an answer; by default a function of messages and seed. */
  says?: (request: ChatRequest) => string
  /** Maximum number of choices of a response, whatever `n` is. */
  mostChoices?: number
  logprobs?: boolean
  usage?: boolean
  key?: string
  finishReason?: string
  /** Who owns the models in their list. */
  owner?: string
  /** Responses of other paths, such as `/version`; strings as they are, others as JSON. */
  pages?: Record<string, unknown>
  headers?: Record<string, string>
  dim?: number
}

export interface FakeServer {
  /** Base URL of the API. */
  url: string
  requests: Received[]
  /** Current and maximum number of requests in flight. */
  inFlight: number
  mostInFlight: number
  /** Faults of the next chat or embeddings requests; undefined means none. */
  faults: (Fault | undefined)[]
  abilities: Abilities
  /** Responds to requests for the list of models instead of the server. */
  listing: Fault | undefined
  /** Responses to chat requests wait until this settles. */
  gate: Promise<void>
  close(): Promise<void>
}

/** The text of an undisturbed server for a prompt and a seed. */
export const answerTo = (messages: readonly Message[], seed: number): string =>
  `answer ${createHash('sha256')
    .update(JSON.stringify([messages, seed >>> 0]))
    .digest('hex')
    .slice(0, 24)} to a question`

export async function startFakeServer(abilities: Abilities = {}): Promise<FakeServer> {
  const state = {
    requests: [] as Received[],
    inFlight: 0,
    mostInFlight: 0,
    faults: [] as FakeServer['faults'],
    abilities,
    listing: undefined as Fault | undefined,
    gate: Promise.resolve(),
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      headers: request.headers,
      body: text === '' ? null : (JSON.parse(text) as ChatRequest),
    }
    state.requests.push(received)
    for (const [name, value] of Object.entries(state.abilities.headers ?? {}))
      response.setHeader(name, value)
    if (state.listing && received.path === '/v1/models') {
      state.listing(received, response, () => '')
      return
    }
    const refusal = refusalOf(received, state.abilities)
    const { body } = received
    if (refusal || !body) {
      const [status, value] = refusal ?? [404, null]
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
      return
    }
    const answer = (): string =>
      JSON.stringify(
        received.path.startsWith('/v1/embeddings')
          ? embeddings(body, state.abilities)
          : completion(body, state.abilities),
      )
    const fault = state.faults.shift()
    if (fault) {
      fault(received, response, answer)
      return
    }
    if (body.stream === true) {
      await sendEvents(response, completion(body, state.abilities), state.gate)
      return
    }
    await state.gate
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer())
  }

  const server = http.createServer((request, response) => {
    state.mostInFlight = Math.max(state.mostInFlight, ++state.inFlight)
    response.once('close', () => state.inFlight--)
    serve(request, response).catch((thrown: unknown) => response.destroy(thrown as Error))
  })
  const { origin, close } = await onLoopback(server)
  return Object.assign(state, { url: `${origin}/v1`, close })
}

/** Status and body of a response other than a completion or vectors. */
function refusalOf(
  { path: pathAndQuery, authorization, body }: Received,
  { key, models = ['m'], owner, pages = {}, refuses }: Abilities,
): [number, unknown] | null {
  const [path = ''] = pathAndQuery.split('?')
  if (key !== undefined && authorization !== `Bearer ${key}`)
    return [401, { error: { message: `Incorrect API key provided: ${authorization ?? 'none'}` } }]
  if (Object.hasOwn(pages, path)) return [200, pages[path]]
  if (path === '/v1/models' && models)
    return [
      200,
      { object: 'list', data: models.map((id) => ({ id, object: 'model', owned_by: owner })) },
    ]
  if (!body || !['/v1/chat/completions', '/v1/embeddings'].includes(path))
    return [404, { detail: 'Not Found' }]
  if (models && !models.includes(body.model))
    return [
      404,
      { error: { message: `The model ${body.model} does not exist.`, code: 'model_not_found' } },
    ]
  const message = refuses?.(body)
  return message === undefined ? null : [400, { error: { message, type: 'invalid_request_error' } }]
}

function completion(
  request: ChatRequest,
  {
    says,
    mostChoices = Infinity,
    logprobs: gives = true,
    usage = true,
    finishReason = 'stop',
  }: Abilities,
): Completion {
  const { messages, seed = 0, n = 1, logprobs } = request
  const choices = Array.from({ length: Math.min(n, mostChoices) }, (_, index) => {
    const content =
      says?.(request) ?? answerTo(messages, (seed + Math.imul(index, SEED_STEP)) >>> 0)
    const tokens = content.split(' ').map((token, i) => ({ token, logprob: -0.5 - i }))
    return {
      index,
      message: { role: 'assistant', content },
      finish_reason: finishReason,
      logprobs: gives && logprobs === true ? { content: tokens } : null,
    }
  })
  // In another order than that of `index`, which the API allows.
  return {
    choices: choices.toReversed(),
    ...(usage ? { usage: { prompt_tokens: 7, completion_tokens: 5 * choices.length } } : {}),
  }
}

function embeddings({ input }: ChatRequest, { dim = 4 }: Abilities): unknown {
  const data = (input as string[]).map((text, index) => {
    const digest = createHash('sha256').update(text).digest()
    return {
      index,
      embedding: Array.from({ length: dim }, (_, i) => (digest[i % digest.length] ?? 0) + 1),
    }
  })
  return { object: 'list', data: data.toReversed() }
}

/** Faults of a server or network. None changes the response to a repeated request. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  reset: (_, response) => response.socket?.resetAndDestroy(),
  'half answer, cut': (_, response, answer) => {
    const text = answer()
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy())
  },
  'half answer, ended': (_, response, answer) =>
    void response.writeHead(200).end(answer().slice(0, -20)),
  'empty answer': (_, response) => void response.writeHead(200).end(),
  'malformed JSON': (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"choices": [{"message": {"content": "lost}}]}'),
  'an HTML page': (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html><body>Welcome to the proxy</body></html>'),
  'JSON of another kind': (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"data": []}'),
  'aborted by the server': (_, response) =>
    void response.writeHead(200).end(
      JSON.stringify({
        choices: [{ index: 0, message: { content: 'lo' }, finish_reason: 'abort' }],
      }),
    ),
  '429 with seconds': (_, response) =>
    void response.writeHead(429, { 'retry-after': '7' }).end('{"error": {"message": "Slow down"}}'),
  '429 with a date': (_, response) =>
    void response.writeHead(429, { 'retry-after': new Date(60_000).toUTCString() }).end(),
  '500': (_, response) => void response.writeHead(500).end('Internal Server Error'),
  '502': (_, response) =>
    void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
  '503 with Retry-After': (_, response) =>
    void response.writeHead(503, { 'retry-after': '2' }).end('{"error": "loading the model"}'),
  'slow drip': (_, response, answer) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const parts = answer().match(/[^]{1,20}/g) ?? []
    const next = (): void => {
      const part = parts.shift()
      if (part === undefined) response.end()
      else response.write(part, () => setImmediate(next))
    }
    next()
  },
  'wrong content type': (_, response, answer) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end(answer()),
}
