// Whatever happens on the way to a server: each candidate is in the journal once, as an undisturbed
// server gives it.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CurationFileInput } from '../../../src/core/formats/curationFile'
import { candidateSchema, generationRecordSchema } from '../../../src/core/formats/records'
import { candidateSeed } from '../../../src/core/sampling/seeds'
import { Curation } from '../../../src/curation/curation'
import { generate, type GenerateResult } from '../../../src/curation/generate'
import type { Candidate } from '../../../src/shared/domain'
import {
  answerTo,
  type FakeServer,
  type Fault,
  FAULTS,
  type Received,
  startFakeServer,
} from '../../support/servers/fakeServer'
import { type Client, client, failureOf, never, sample, ServersEngine } from './support'

const SEED = 42
let server: FakeServer
beforeEach(async () => {
  server = await startFakeServer()
})
afterEach(() => server.close())

interface Shape {
  prompts: number
  n: number
  concurrency?: number
}

function curationFolder({ prompts, n, concurrency = 4 }: Shape): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-servers-'))
  const file: CurationFileInput = {
    version: 1,
    prompts: 'prompts.jsonl',
    generator: { server: server.url, model: 'm', concurrency },
    sampling: { n, seed: SEED },
    selection: { k: 1 },
  }
  writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    Array.from(
      { length: prompts },
      (_, i) => `${JSON.stringify({ prompt: `prompt ${i}` })}\n`,
    ).join(''),
  )
  return folder
}

async function run(
  folder: string,
  { servers }: Client,
  options: Partial<Parameters<typeof generate>[2]> = {},
): Promise<GenerateResult> {
  const curation = await Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'a',
    onMessage: () => undefined,
    now: () => new Date(0),
  })
  return generate(curation, new ServersEngine(servers), {
    signal: never,
    onActivity: () => undefined,
    select: false,
    ...options,
  })
}

const lines = (folder: string): unknown[] =>
  readFileSync(path.join(folder, 'a.aepo/candidates.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
const journal = (folder: string): Candidate[] =>
  lines(folder).flatMap((line) => candidateSchema.safeParse(line).data ?? [])

/** Every candidate once, with the words that its prompt and its own seed give. */
async function expectUndisturbed(folder: string, { prompts, n }: Shape): Promise<void> {
  const curation = await Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'a',
    onMessage: () => undefined,
    now: () => new Date(0),
  })
  const candidates = journal(folder)
  expect(candidates).toHaveLength(prompts * n)
  expect(new Set(candidates.map(({ id }) => id)).size).toBe(prompts * n)
  for (const { promptId, round, index, text } of candidates) {
    expect(text).toBe(
      answerTo(
        curation.prompt(promptId)?.messages ?? [],
        candidateSeed(SEED, promptId, round, index),
      ),
    )
  }
}

describe('a fault', () => {
  it.each(Object.entries(FAULTS))('%s', async (_, fault) => {
    const shape = { prompts: 2, n: 18 }
    const folder = curationFolder(shape)
    server.faults.push(undefined, fault, fault, undefined, fault)
    await run(folder, client())
    await expectUndisturbed(folder, shape)
  })

  it('any of them, in any order, with any server and an interruption: the journal is that of an undisturbed server', async () => {
    const names = Object.keys(FAULTS)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.constantFrom(...names), { freq: 2 }), { maxLength: 12 }),
        fc.record({
          prompts: fc.integer({ min: 1, max: 4 }),
          n: fc.integer({ min: 1, max: 36 }),
          concurrency: fc.integer({ min: 1, max: 5 }),
        }),
        // A server that gives fewer choices than asked for, or an interruption: after both, a
        // request for what is missing of a chunk has another seed than the undisturbed one had.
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

  it('that lasts ends in a failure that names the server, after so many tries and growing waits', async () => {
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
  ])('%s is waited out as the server asks', async (name, wait) => {
    server.faults.push(FAULTS[name])
    const one = client()
    await sample(one, server.url, { candidates: [{ index: 0, seed: 1 }] })
    expect(one.clock.waits).toEqual([wait])
  })

  it('that is waited out is told of while the work goes on', async () => {
    server.faults.push(FAULTS['429 with seconds'])
    const told: string[] = []
    await run(curationFolder({ prompts: 1, n: 1 }), client(), {
      onActivity: ({ sentence }) => told.push(sentence),
    })
    expect(told).toEqual([
      'Loading the model',
      'Waiting for the server: it is asked too much (429: Slow down); trying again in 8.0 s (try 2 of 10)',
      'Sampling from m',
    ])
  })

  it('of too many requests, when it lasts, asks for fewer', async () => {
    server.faults = Array.from({ length: 20 }, () => FAULTS['429 with seconds'])
    expect(
      await failureOf(sample(client(), server.url, { candidates: [{ index: 0, seed: 1 }] })),
    ).toMatchObject({
      code: 'server-refused',
      remedy: expect.stringContaining('concurrency') as string,
    })
  })

  it('of a quota that is used up is told at once', async () => {
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

describe('limits', () => {
  const one = [{ index: 0, seed: 1 }]

  it('an answer without end is given up', async () => {
    server.faults = Array.from({ length: 3 }, () => (_, response) => {
      const pour = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1 << 20, 32), () => setImmediate(pour))
      }
      pour()
    })
    expect(
      await failureOf(
        sample(client({ limits: { mostBytes: 8e6, tries: 3 } }), server.url, { candidates: one }),
      ),
    ).toMatchObject({
      code: 'server-unreachable',
      message:
        'The server does not answer as it should: the answer is longer than 8 MB (tried 3 times).',
    })
  })

  it('silence is given up', async () => {
    server.faults = [
      () => undefined,
      (_, response) => void response.writeHead(200).write('{"choices": ['),
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

  /** Answers those that `answers` says, and is silent to the others. */
  const silentBut =
    (answers: (request: Received) => boolean): Fault =>
    (request, response, answer) => {
      if (answers(request)) response.writeHead(200).end(answer())
    }

  it('of what comes too late half is asked for, in fewer requests', async () => {
    const candidates = Array.from({ length: 64 }, (_, index) => ({
      index,
      seed: candidateSeed(SEED, 'p', 1, index),
    }))
    server.faults = Array.from({ length: 100 }, () => silentBut(({ body }) => (body?.n ?? 1) <= 4))
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

  it('a try that comes too late does not count while others are answered', async () => {
    let asked = 0
    server.faults = Array.from({ length: 10 }, () =>
      silentBut(({ body }) => body?.seed !== 1 || ++asked > 2),
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

  it('a server that is not there is told of after three tries', async () => {
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

describe('stopping', () => {
  it('ends the requests under way at once, and the waits for the next try', async () => {
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

    server.faults.push(FAULTS['500'])
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

describe('generation', () => {
  it('keeps as many requests in flight as the server is given', async () => {
    let open: () => void = () => undefined
    server.gate = new Promise((resolve) => (open = resolve))
    const shape = { prompts: 40, n: 2, concurrency: 20 }
    const folder = curationFolder(shape)
    const running = run(folder, client())
    await until(() => server.inFlight === 20)
    open()
    await running
    await expectUndisturbed(folder, shape)
  })

  it('records server, software and version with the candidates', async () => {
    server.abilities.pages = { '/version': { version: '0.21.0' } }
    const folder = curationFolder({ prompts: 1, n: 2 })
    await run(folder, client())
    const [generation, candidate] = lines(folder)
    expect(generationRecordSchema.parse(generation)).toMatchObject({
      model: 'm',
      device: 'server',
      server: server.url,
      software: 'vLLM 0.21.0',
    })
    expect(candidateSchema.parse(candidate).generationId).toBe(
      generationRecordSchema.parse(generation).id,
    )
  })

  it('leaves out a prompt that does not fit, and goes on', async () => {
    server.abilities.refuses = ({ messages }) =>
      messages[0]?.content === 'prompt 1'
        ? 'The prompt is too long: reduce the length of the messages.'
        : undefined
    const folder = curationFolder({ prompts: 3, n: 4 })
    const { generated, skipped } = await run(folder, client())
    expect([generated, skipped.map(({ failure }) => failure.code)]).toEqual([
      8,
      ['context-overflow'],
    ])
  })
})

/** Resolves once `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
