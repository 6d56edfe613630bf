// Faults of a server or a network: each candidate is in the journal once, as an undisturbed server
// returns it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fault, FAULTS } from '../../support/servers/fakeServer'
import { curationFolder, expectUndisturbed, run } from './curations'
import { server, useFakeServer } from './server'
import { client, failureOf, sample } from './support'

useFakeServer()

describe('a fault', () => {
  it.each(Object.entries(FAULTS))('%s', async (_, fault) => {
    const shape = { prompts: 2, n: 18 }
    const folder = curationFolder(shape)
    server.faults.push(undefined, fault, fault, undefined, fault)
    await run(folder, client())
    await expectUndisturbed(folder, shape)
  })

  it('does not count as a failed answer: four of those alone give a candidate up', async () => {
    const shape = { prompts: 1, n: 2 }
    const folder = curationFolder(shape)
    const { '500': fault, 'aborted by the server': failedAnswer } = FAULTS
    server.abilities = { mostChoices: 1 }
    server.faults = [undefined, fault, fault, fault, failedAnswer]
    await run(folder, client())
    await expectUndisturbed(folder, shape)
  })

  it('or any sequence of faults, with any server and an interruption, leaves the journal of an undisturbed server', async () => {
    const names = Object.keys(FAULTS)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.constantFrom(...names), { freq: 2 }), { maxLength: 12 }),
        fc.record({
          prompts: fc.integer({ min: 1, max: 4 }),
          n: fc.integer({ min: 1, max: 36 }),
          concurrency: fc.integer({ min: 1, max: 5 }),
        }),
        // A server that returns fewer choices than requested, or an interruption. After both
        // together, the request for the missing candidates of a chunk has another seed than the
        // undisturbed one.
        fc.oneof(
          fc.record({
            mostChoices: fc.integer({ min: 1, max: 20 }),
            interruptedAfter: fc.constant(Infinity),
          }),
          fc.record({
            mostChoices: fc.constant(Infinity),
            interruptedAfter: fc.integer({ min: 0, max: 60 }),
          }),
        ),
        async (faults, shape, { mostChoices, interruptedAfter }) => {
          const folder = curationFolder(shape)
          server.faults = faults.map((name) => (name === null ? undefined : FAULTS[name]))
          server.abilities = { mostChoices }
          const stop = new AbortController()
          let seen = 0
          await run(folder, client(), {
            signal: stop.signal,
            onActivity: () => ++seen > interruptedAfter && stop.abort(),
          }).catch((thrown: unknown) => {
            if (!stop.signal.aborted) throw thrown
          })
          await run(folder, client())
          await expectUndisturbed(folder, shape)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('that persists ends in a failure that names the server, after ten tries with growing waits', async () => {
    const { '502': fault } = FAULTS
    server.faults = Array.from({ length: 20 }, () => fault)
    const one = client()
    expect(
      await failureOf(sample(one, server.url, { candidates: [{ index: 0, seed: 1 }] })),
    ).toEqual({
      code: 'server-unreachable',
      message:
        'The server does not answer as it should: it has a fault (502: Bad Gateway) (tried 10 times).',
      where: server.url,
      remedy:
        'See that the server runs and the address is right, then start again: what is written is kept.',
    })
    expect(one.clock.waits).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ])
    expect(one.log).toEqual([
      `${server.url}: it has a fault (502: Bad Gateway); trying again in 1.0 s (try 2 of 10).`,
    ])
  })

  it.each([
    ['429 with seconds', 8000],
    ['429 with a date', 61_000],
    ['503 with Retry-After', 3000],
  ])('%s is retried when the server requests', async (name, wait) => {
    server.faults.push(FAULTS[name])
    const one = client()
    await sample(one, server.url, { candidates: [{ index: 0, seed: 1 }] })
    expect(one.clock.waits).toEqual([wait])
  })

  it('is reported while the request waits', async () => {
    server.faults.push(FAULTS['429 with seconds'])
    const told: string[] = []
    await run(curationFolder({ prompts: 1, n: 1 }), client(), {
      onActivity: ({ sentence }) => told.push(sentence),
    })
    expect(told).toEqual([
      'Loading the model',
      'Waiting for the server: it limits the request rate (429: Slow down); trying again in 8.0 s (try 2 of 10)',
      'Sampling from m',
    ])
  })

  it('of too many requests, if it persists, ends with the advice to lower the concurrency', async () => {
    server.faults = Array.from({ length: 20 }, () => FAULTS['429 with seconds'])
    expect(
      await failureOf(sample(client(), server.url, { candidates: [{ index: 0, seed: 1 }] })),
    ).toMatchObject({
      code: 'server-refused',
      remedy: expect.stringContaining('concurrency') as string,
    })
  })

  it('of too many requests does not count as a try while other requests are answered', async () => {
    const asking = client({ limits: { tries: 2 } })
    let arrived: (refuse: () => void) => void = () => undefined
    const arrival = (): Promise<() => void> => new Promise((resolve) => (arrived = resolve))
    const limited: Fault = ({ body }, response, answer) =>
      body?.['seed'] === 1 ? arrived(() => response.writeHead(429).end()) : response.end(answer())
    server.faults = Array.from({ length: 10 }, () => limited)
    let next = arrival()
    const asked = sample(asking, server.url, { candidates: [{ index: 0, seed: 1 }] })
    for (let seed = 2; seed <= 6; seed++) {
      const refuse = await Promise.race([next, asked.then(() => () => undefined)])
      next = arrival()
      await sample(asking, server.url, { candidates: [{ index: 0, seed }] })
      refuse()
    }
    expect(await asked).toHaveLength(1)
  })

  it('of a request that is too large for the rate is a refusal of the prompt', async () => {
    const message = 'Request too large for m on tokens per min (TPM): Limit 10000, Requested 12000.'
    const asking = client()
    await sample(asking, server.url, { candidates: [{ index: 0, seed: 1 }] })
    server.faults.push(
      (_, response) =>
        void response
          .writeHead(429)
          .end(JSON.stringify({ error: { message, code: 'rate_limit_exceeded' } })),
    )
    expect(
      await failureOf(sample(asking, server.url, { candidates: [{ index: 0, seed: 2 }] })),
    ).toMatchObject({ code: 'prompt-refused' })
  })

  it('of an exhausted quota is reported at once', async () => {
    server.faults.push(
      (_, response) =>
        void response
          .writeHead(429)
          .end(
            '{"error": {"code": "insufficient_quota", "message": "You exceeded your current quota."}}',
          ),
    )
    const one = client()
    expect(
      await failureOf(sample(one, server.url, { candidates: [{ index: 0, seed: 1 }] })),
    ).toMatchObject({
      code: 'server-refused',
      message: 'The server refuses the request (429): You exceeded your current quota.',
    })
    expect(one.clock.waits).toEqual([])
  })
})
