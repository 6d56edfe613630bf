// A real server, `transformers serve` on loopback with the tiny model, behind a proxy that does
// what networks do.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { candidateSchema, generationRecordSchema } from '../../src/core/formats/records'
import type { Candidate } from '../../src/shared/domain'
import { aepoJson, initCuration, temporaryFolder, TINY_MODEL } from '../support/command'
import { jsonLines } from '../support/jsonLines'
import { FAULTS } from '../support/servers/fakeServer'
import { type FaultyProxy, startFaultyProxy } from '../support/servers/faultyProxy'

const PROMPTS = ['Name three rivers.', 'Write a haiku about rain.', 'What is a prime number?']
const N = 4

let model: string
let server: ChildProcess
let proxy: FaultyProxy
beforeAll(async () => {
  const python = await installPython()
  const home = temporaryFolder()
  model = path.join(home, 'tiny')
  cpSync(TINY_MODEL, model, { recursive: true })
  // Without this the server would decode greedily, whatever the temperature.
  const generation = path.join(model, 'generation_config.json')
  writeFileSync(
    generation,
    JSON.stringify({
      ...(JSON.parse(readFileSync(generation, 'utf8')) as object),
      do_sample: true,
    }),
  )
  const script = path.join(path.dirname(python), 'transformers')
  server = spawn(
    python,
    [
      script,
      'serve',
      model,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--device',
      'cpu',
      '--log-level',
      'info',
    ],
    {
      env: { ...process.env, HF_HOME: home, HF_HUB_OFFLINE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  proxy = await startFaultyProxy(`${await addressOf(server)}/v1`)
})
afterAll(async () => {
  await proxy.close()
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
})

/** Where it listens, once it says so. */
function addressOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    if (!stderr) return reject(new Error('no output'))
    createInterface({ input: stderr })
      .on('line', (line) => {
        said.push(line)
        const address = /running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
        if (address !== undefined) resolve(address)
      })
      .on('close', () => reject(new Error(`The server ended: ${said.slice(-20).join('\n')}`)))
  })
}

/**
 * Concurrency 1: this server draws from one random number generator, which each request seeds anew.
 */
async function curation(concurrency = 1): Promise<string> {
  const cwd = temporaryFolder()
  await initCuration(cwd, 'a.aepo.json', PROMPTS, {
    n: N,
    'max-new-tokens': 8,
    server: proxy.url,
    model,
  })
  const file = path.join(cwd, 'a.aepo.json')
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { generator: object }
  writeFileSync(
    file,
    JSON.stringify({ ...settings, generator: { ...settings.generator, concurrency } }),
  )
  return cwd
}

const lines = (cwd: string): unknown[] => jsonLines(path.join(cwd, 'a.aepo/candidates.jsonl'))
const candidates = (cwd: string): Candidate[] =>
  lines(cwd).flatMap((line) => candidateSchema.safeParse(line).data ?? [])
const byId = (cwd: string): Map<string, Candidate> =>
  new Map(candidates(cwd).map((candidate) => [candidate.id, candidate]))

test('gives the same candidates over a bad network as over a good one, each once; selections follow', async () => {
  const good = await curation()
  expect(await aepoJson(['generate', 'a.aepo.json'], { cwd: good })).toMatchObject({
    generated: PROMPTS.length * N,
    leftOutPrompts: [],
  })
  expect(proxy.chats[0]).toMatchObject({ n: N, logprobs: true })
  const [generation] = lines(good).flatMap(
    (line) => generationRecordSchema.safeParse(line).data ?? [],
  )
  expect(generation).toMatchObject({ model, device: 'server', server: proxy.url })

  const bad = await curation()
  proxy.faults = [
    FAULTS['reset'],
    undefined,
    FAULTS['half answer, cut'],
    undefined,
    FAULTS['malformed JSON'],
    undefined,
    FAULTS['slow drip'],
    FAULTS['500'],
  ]
  await aepoJson(['generate', 'a.aepo.json'], { cwd: bad })
  expect(candidates(bad)).toHaveLength(PROMPTS.length * N)
  expect(byId(bad)).toEqual(byId(good))
  expect(new Set(candidates(bad).map(({ text }) => text)).size).toBeGreaterThan(
    PROMPTS.length * N - 3,
  )
  // This server passes over `n` and `logprobs`, and counts the tokens of a request.
  for (const { logprob, tokenCount, seed } of candidates(bad)) {
    expect(logprob).toBeNull()
    expect(tokenCount).toBeGreaterThan(0)
    expect(seed).not.toBeNull()
  }
  expect(await aepoJson(['select', 'a.aepo.json'], { cwd: bad })).toMatchObject({
    selected: PROMPTS.length,
  })
})

test('takes several requests at once', async () => {
  const cwd = await curation(8)
  await aepoJson(['generate', 'a.aepo.json'], { cwd })
  expect(byId(cwd).size).toBe(PROMPTS.length * N)
})

test('refuses what it does not take, and the setting is named', async () => {
  const cwd = await curation()
  const file = path.join(cwd, 'a.aepo.json')
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { sampling: object }
  writeFileSync(file, JSON.stringify({ ...settings, sampling: { ...settings.sampling, topK: 5 } }))
  rmSync(path.join(cwd, 'a.aepo'), { recursive: true, force: true })
  await expect(aepoJson(['generate', 'a.aepo.json'], { cwd })).rejects.toThrow(
    'The server does not support the setting sampling.topK.',
  )
})
