// A server as the generator, on the command line: the key stays where it belongs, and shards of one
// curation add up to the whole.
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { candidateSchema, generationRecordSchema } from '../../src/core/formats/records'
import { aepo, aepoJson, initCuration, temporaryFolder } from '../support/command'
import { type FakeServer, startFakeServer } from '../support/servers/fakeServer'

const PROMPTS = 10
const N = 20
const KEY = 'sk-not-to-be-seen'

let server: FakeServer
let cwd: string
beforeAll(async () => {
  server = await startFakeServer({
    key: KEY,
    owner: 'vllm',
    pages: { '/version': { version: '0.21.0' } },
  })
  cwd = temporaryFolder()
  const prompts = Array.from({ length: PROMPTS }, (_, i) => `Question ${i}?`)
  await initCuration(cwd, 'a.aepo.json', prompts, { n: N, server: server.url, model: 'm' })
})
afterAll(() => server.close())

const env = { AEPO_SERVER_KEY: KEY }

function copy(): string {
  const folder = temporaryFolder()
  for (const name of ['a.aepo.json', 'prompts.jsonl'])
    copyFileSync(path.join(cwd, name), path.join(folder, name))
  return folder
}

const journal = (folder: string): string => path.join(folder, 'a.aepo/candidates.jsonl')
const linesOf = (folder: string): string[] =>
  readFileSync(journal(folder), 'utf8').trimEnd().split('\n')
const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile())

describe('the key', () => {
  it('comes from the environment, and is in no file and no output', async () => {
    const folder = copy()
    const refused = await aepo(['generate', 'a.aepo.json'], { cwd: folder })
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('AEPO_SERVER_KEY') as string,
    })
    const wrong = await aepo(['generate', 'a.aepo.json'], {
      cwd: folder,
      env: { AEPO_SERVER_KEY: 'sk-wrong-key' },
    })
    expect(wrong.code).toBe(1)
    const right = await aepo(['generate', 'a.aepo.json', '--limit', '1'], { cwd: folder, env })
    expect(right).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`m at ${server.url} (vLLM 0.21.0)`) as string,
    })
    const texts = [
      ...[refused, wrong, right].flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...filesUnder(folder).map((file) => readFileSync(file, 'utf8')),
    ]
    for (const text of texts) expect(text).not.toMatch(/sk-/)
    expect(server.requests.some(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(
      true,
    )
  })

  it('is one server’s: with several, the variable says which key is whose', async () => {
    const other = await startFakeServer({ key: 'sk-other' })
    const folder = copy()
    const file = {
      version: 1,
      prompts: 'prompts.jsonl',
      sampling: { n: 4 },
      generator: [
        { server: server.url, model: 'm' },
        { server: other.url, model: 'm' },
      ],
    }
    writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
    const [origin, otherOrigin] = [server.url, other.url].map((url) => new URL(url).origin)
    expect(await aepo(['generate', 'a.aepo.json'], { cwd: folder, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${String(origin)}=KEY ${String(otherOrigin)}=KEY`) as string,
    })
    expect(other.requests).toEqual([])
    await aepoJson(['generate', 'a.aepo.json'], {
      cwd: folder,
      env: { AEPO_SERVER_KEY: `${String(origin)}=${KEY} ${String(otherOrigin)}=sk-other` },
    })
    expect(new Set(other.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer sk-other']),
    )
    await other.close()
  })
})

describe('shards', () => {
  it('of three machines, concatenated, hold what one run holds, and selections follow', async () => {
    const whole = copy()
    await aepoJson(['generate', 'a.aepo.json'], { cwd: whole, env })

    const shards = [1, 2, 3].map((i) => ({ i, folder: copy() }))
    const results = await Promise.all(
      shards.map(({ i, folder }) =>
        aepoJson(['generate', 'a.aepo.json', '--shard', `${i}/3`], { cwd: folder, env }),
      ),
    )
    expect(results.map(({ generated }) => generated)).toEqual([4 * N, 3 * N, 3 * N])

    const merged = copy()
    mkdirSync(path.join(merged, 'a.aepo'))
    writeFileSync(
      journal(merged),
      shards.map(({ folder }) => readFileSync(journal(folder), 'utf8')).join(''),
    )
    expect(linesOf(merged)).toHaveLength(PROMPTS * N + 3)
    expect(new Set(linesOf(merged))).toEqual(new Set(linesOf(whole)))

    // Nothing is missing, and identical lines are harmless.
    writeFileSync(
      journal(merged),
      readFileSync(journal(merged), 'utf8') + readFileSync(journal(whole), 'utf8'),
    )
    expect(await aepoJson(['generate', 'a.aepo.json'], { cwd: merged, env })).toMatchObject({
      generated: 0,
      candidates: PROMPTS * N,
    })
    expect(await aepoJson(['select', 'a.aepo.json'], { cwd: merged })).toMatchObject({
      added: PROMPTS,
      selected: PROMPTS,
    })
    await aepoJson(['select', 'a.aepo.json'], { cwd: whole })
    const selections = (folder: string): string =>
      readFileSync(path.join(folder, 'a.aepo/selections.jsonl'), 'utf8')
    expect(selections(merged)).toBe(selections(whole))
    expect(
      linesOf(whole).filter((line) => generationRecordSchema.safeParse(JSON.parse(line)).success),
    ).toHaveLength(1)
    expect(
      linesOf(whole).filter((line) => candidateSchema.safeParse(JSON.parse(line)).success),
    ).toHaveLength(PROMPTS * N)
  })

  it.each(['0/3', '4/3', '1', '1/', '/3', '1/0', 'a/b', '1.5/3', '-1/3'])(
    '--shard %s is wrong use',
    async (shard) => {
      expect(
        await aepo(['generate', 'a.aepo.json', `--shard=${shard}`], { cwd, env }),
      ).toMatchObject({ code: 2, stderr: expect.stringContaining('--shard takes i/m') as string })
    },
  )
})

describe('init', () => {
  it.each([
    [['--server', 'http://h/v1'], '--server needs --model'],
    [
      ['--server', 'http://h/v1', '--model', 'm', '--device', 'cpu'],
      '--device is for local models',
    ],
    [['--server', 'http://user:sk-1@h/v1', '--model', 'm'], 'do not put keys in a file'],
    [['--server', 'h', '--model', 'm'], 'the address of a server'],
  ])('%j is wrong use', async (args, message) => {
    expect(
      await aepo(['init', 'b.aepo.json', '--prompts', 'prompts.jsonl', ...args], { cwd }),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string })
  })

  it('writes the recommended sampling of the embedded model, and the defaults for a server', async () => {
    const sampling = (name: string): unknown =>
      (JSON.parse(readFileSync(path.join(cwd, name), 'utf8')) as { sampling: unknown }).sampling
    await aepoJson(['init', 'b.aepo.json', '--prompts', 'prompts.jsonl', '--n', '5'], { cwd })
    expect(sampling('b.aepo.json')).toMatchObject({ n: 5, temperature: 1, topP: 1, minP: 0.1 })
    const server = ['--server', 'http://h/v1', '--model', 'm']
    await aepoJson(['init', 'c.aepo.json', '--prompts', 'prompts.jsonl', ...server], { cwd })
    expect(sampling('c.aepo.json')).toMatchObject({ temperature: 1, topP: 0.9, minP: 0 })
  })
})
