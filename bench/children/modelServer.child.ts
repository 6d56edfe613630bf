// A server with the OpenAI API that behaves like a cluster of GPUs: a given rate and latency,
// candidates of 512 tokens with log-probabilities, and embeddings. All content is prepared in
// advance, so that the server uses little CPU time.
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { randomOf } from '../support/data'

export interface ServerFigures {
  candidates: number
  /** Milliseconds since 1970. */
  firstRequestAt: number
  lastAnswerAt: number
  mostInFlight: number
}

/** Tokens per text, the number at its start included. */
const TOKENS = 512
const DIM = 384
/** Number of distinct texts and vectors. A number at the start makes every text unique. */
const VARIETY = 256

const [ratePerSecond = 0, latency = 0] = process.argv.slice(2).map(Number)
const random = randomOf(1)
const SYLLABLES = ['ka', 'lo', 'mi', 'ter', 'an', 'sho', 'ven', 'ri', 'pal', 'dor', 'en', 'sti']
const tokenLists = Array.from({ length: VARIETY }, () =>
  Array.from(
    { length: TOKENS - 1 },
    () =>
      ` ${SYLLABLES[Math.floor(random() * 12)] ?? ''}${SYLLABLES[Math.floor(random() * 12)] ?? ''}`,
  ),
)
const texts = tokenLists.map((tokens) => Buffer.from(JSON.stringify(tokens.join('')).slice(1)))
const logprobs = tokenLists.map((tokens) =>
  Buffer.from(
    `},"logprobs":{"content":${JSON.stringify(tokens.map((token) => ({ token, logprob: -random() * 4, bytes: [...Buffer.from(token)], top_logprobs: [] })))}}},`,
  ),
)
const without = Buffer.from('},"logprobs":null},')
const vectors = Array.from({ length: VARIETY }, () =>
  Buffer.from(`${JSON.stringify(Array.from({ length: DIM }, () => random() - 0.5))}},`),
)

const figures: ServerFigures = {
  candidates: 0,
  firstRequestAt: 0,
  lastAnswerAt: 0,
  mostInFlight: 0,
}
let inFlight = 0
let busyUntil = 0

const server = http.createServer((request, response) => {
  void serve(request, response)
})

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const parts = await answer(request.url ?? '', Buffer.concat(chunks).toString())
  response.writeHead(parts.length > 0 ? 200 : 404, {
    'content-type': 'application/json',
    'content-length': parts.reduce((sum, { length }) => sum + length, 0),
  })
  for (const part of parts) response.write(part)
  response.end()
}

/** The parts of the response; none for an unknown path. */
async function answer(url: string, body: string): Promise<Buffer[]> {
  switch (url) {
    case '/v1/models':
      return [Buffer.from('{"data":[{"id":"model","owned_by":"vllm"}]}')]
    case '/figures':
      return [Buffer.from(JSON.stringify(figures))]
    case '/v1/embeddings':
      return vectorsFor((JSON.parse(body) as { input: string[] }).input)
    case '/v1/chat/completions': {
      const { n = 1, logprobs: wanted = false } = JSON.parse(body) as {
        n?: number
        logprobs?: boolean
      }
      return completion(n, wanted)
    }
    default:
      return []
  }
}

const vectorsFor = (input: readonly string[]): Buffer[] =>
  closed(
    '{"data":[',
    input.flatMap((text, index) => [
      Buffer.from(`{"index":${index},"embedding":`),
      pick(vectors, text.length + text.charCodeAt(3) + text.charCodeAt(4) * 7),
    ]),
  )

async function completion(n: number, withLogprobs: boolean): Promise<Buffer[]> {
  figures.mostInFlight = Math.max(figures.mostInFlight, ++inFlight)
  figures.firstRequestAt ||= Date.now()
  await turn(n)
  const first = figures.candidates
  figures.candidates += n
  inFlight--
  figures.lastAnswerAt = Date.now()
  return closed(
    '{"choices":[',
    Array.from({ length: n }, (_, index) => [
      Buffer.from(
        `{"index":${index},"finish_reason":"length","message":{"role":"assistant","content":"${first + index} `,
      ),
      pick(texts, first + index),
      withLogprobs ? pick(logprobs, first + index) : without,
    ]).flat(),
  )
}

const pick = (buffers: readonly Buffer[], number: number): Buffer =>
  buffers[number % VARIETY] ?? without

/** Joins the parts of a JSON list; removes the comma at the end of the last part. */
function closed(opening: string, parts: readonly Buffer[]): Buffer[] {
  return [
    Buffer.from(opening),
    ...parts.slice(0, -1),
    parts.at(-1)?.subarray(0, -1) ?? without,
    Buffer.from(']}'),
  ]
}

/** Waits until the cluster has finished `count` more candidates, at least for its latency. */
async function turn(count: number): Promise<void> {
  const now = performance.now()
  if (ratePerSecond > 0) busyUntil = Math.max(busyUntil, now) + (1000 * count) / ratePerSecond
  const wait = Math.max(latency, busyUntil - now)
  if (wait > 0) await delay(wait)
}

server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`),
)
