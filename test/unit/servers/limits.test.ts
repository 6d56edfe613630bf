// Limits of requests to a server: size, time, tries, and cancellation.
import { describe, expect, it } from 'vitest'
import { candidateSeed } from '../../../src/core/sampling/seeds'
import {
  answerTo,
  type Fault,
  FAULTS,
  type Received,
  startFakeServer,
} from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { client, failureOf, sample, until } from './support'

useFakeServer()

describe('limits', () => {
  const one = [{ index: 0, seed: 1 }]

  it('an endless response is aborted', async () => {
    server.faults = Array.from({ length: 4 }, () => (_, response) => {
      const pour = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1 << 20, 32), () => setImmediate(pour))
      }
      pour()
    })
    expect(
      await failureOf(
        sample(client({ limits: { maxBytes: 8e6, tries: 3 } }), server.url, { candidates: one }),
      ),
    ).toMatchObject({
      code: 'server-unreachable',
      message:
        'The server does not answer as it should: the answer is longer than 8 MB (tried 3 times).',
    })
  })

  it('a silent server is a timeout', async () => {
    server.faults = [
      () => undefined,
      (_, response) => void response.writeHead(200).write('{"choices": ['),
      () => undefined,
    ]
    expect(
      await failureOf(
        sample(client({ limits: { timeoutMilliseconds: 50, tries: 2 } }), server.url, {
          candidates: one,
        }),
      ),
    ).toMatchObject({
      code: 'server-unreachable',
      message: expect.stringContaining('no whole answer came within 0.05 s') as string,
    })
  })

  /** Answers the requests that satisfy `answers`, and leaves the others without a response. */
  const silentUnless =
    (answers: (request: Received) => boolean): Fault =>
    (request, response, answer) => {
      if (answers(request)) response.writeHead(200).end(answer())
    }

  it('a timeout halves the choices per request and the concurrency', async () => {
    const candidates = Array.from({ length: 64 }, (_, index) => ({
      index,
      seed: candidateSeed(42, 'p', 1, index),
    }))
    server.faults = Array.from({ length: 100 }, () =>
      silentUnless(({ body }) => (body?.n ?? 1) <= 4),
    )
    const asking = client({ limits: { timeoutMilliseconds: 200, tries: 3 } })
    const sampled = await sample(asking, server.url, { candidates })
    expect(sampled.map(({ text }) => text)).toEqual(
      candidates.map(({ seed }) => answerTo([{ role: 'user', content: 'Hi' }], seed)),
    )
    const before = server.requests.length
    server.mostInFlight = 0
    await sample(asking, server.url, { prompt: 'Again', candidates })
    expect(
      Math.max(...server.requests.slice(before).map(({ body }) => body?.n ?? 1)),
    ).toBeLessThanOrEqual(4)
    expect(server.mostInFlight).toBe(1)
  })

  it('a timeout does not count as a try while other requests are answered', async () => {
    let asked = 0
    server.faults = Array.from({ length: 10 }, () =>
      silentUnless(({ body }) => body?.seed !== 1 || ++asked > 2),
    )
    const candidates = [
      { index: 0, seed: 1 },
      { index: 16, seed: 2 },
    ]
    expect(
      await sample(client({ limits: { timeoutMilliseconds: 400, tries: 2 } }), server.url, {
        candidates,
      }),
    ).toHaveLength(2)
    expect(asked).toBe(3)
  })

  it('an absent server is reported after three tries', async () => {
    const gone = await startFakeServer()
    await gone.close()
    const asking = client()
    expect(await failureOf(sample(asking, gone.url, { candidates: one }))).toMatchObject({
      code: 'server-unreachable',
      where: gone.url,
      message:
        'The server does not answer as it should: nothing listens at this address (tried 3 times).',
    })
    expect(asking.clock.waits).toEqual([1000, 2000])
  })
})

describe('cancelling', () => {
  it('ends requests in flight at once, and waits before a retry', async () => {
    let open: () => void = () => undefined
    server.gate = new Promise((resolve) => (open = resolve))
    const stop = new AbortController()
    const sampling = failureOf(
      sample(client(), server.url, {
        candidates: [
          { index: 0, seed: 1 },
          { index: 1, seed: 2 },
        ],
        signal: stop.signal,
      }),
    )
    await until(() => server.requests.some(({ path: asked }) => asked.endsWith('completions')))
    stop.abort()
    expect(await sampling).toMatchObject({ code: 'cancelled' })
    await until(() => server.inFlight === 0)
    open()

    server.faults.push(FAULTS['429 with seconds'])
    const waiting = client()
    waiting.clock.held = true
    const again = new AbortController()
    const held = failureOf(
      sample(waiting, server.url, { candidates: [{ index: 0, seed: 1 }], signal: again.signal }),
    )
    await until(() => waiting.clock.waits.length > 0)
    again.abort()
    expect(await held).toMatchObject({ code: 'cancelled' })
  })
})
