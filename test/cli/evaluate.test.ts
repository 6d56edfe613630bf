// `aepo evaluate`: two models on the prompts of a curation, sampled, voted on, with figures.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { aepo, aepoJson, initCuration, temporaryFolder, TINY_MODEL } from '../support/command'
import { jsonLines } from '../support/jsonLines'
import { startFakeServer } from '../support/servers/fakeServer'

const FILE = 'a.aepo.json'
const PROMPTS = Array.from({ length: 24 }, (_, index) => `Question ${index}: name a colour.`)
const BOTH = ['evaluate', FILE, '--a', 'base', '--b', './other']

let cwd: string

interface Result {
  prompts: number
  win: { rate: number; low: number; high: number } | null
  lengthControlled: unknown
  votes: Record<'a' | 'b' | 'tie' | 'allBad', number>
  skips: number
  agreement: { annotators: string[]; same: { of: number } }[]
}
const resultOf = ({ result }: Record<string, unknown>): Result => result as Result

const linesOf = (file: string): Record<string, unknown>[] =>
  jsonLines(path.join(cwd, file)) as Record<string, unknown>[]

beforeAll(async () => {
  cwd = temporaryFolder()
  await initCuration(cwd, FILE, PROMPTS, {
    model: TINY_MODEL,
    device: 'cpu',
    n: 4,
    'max-new-tokens': 12,
  })
  cpSync(TINY_MODEL, path.join(cwd, 'other'), { recursive: true })
}, 60_000)

it('samples both models, and says how to vote', async () => {
  const { code, stdout } = await aepo(BOTH, { cwd })
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /tiny-random \(A\) and other \(B\)\. Prompts: 24, responses: 48 of 48, pairs: 2\d\./,
  )
  expect(stdout).toMatch(/No votes yet\. Open a\.aepo\.json in VS Code and vote/)
}, 120_000)

it('goes on with the same evaluation, and lets a rule vote', async () => {
  const first = await aepoJson(BOTH, { cwd })
  expect(resultOf(first).win).toBeNull()
  const voted = await aepoJson([...BOTH, '--annotator', 'longest'], { cwd })
  expect(voted['id']).toBe(first['id'])
  const { win, votes, prompts, lengthControlled } = resultOf(voted)
  expect(prompts).toBe(24)
  expect(votes.a + votes.b + votes.tie).toBe(voted['pairs'])
  expect(win?.low).toBeLessThan(win?.rate ?? 0)
  expect(lengthControlled).toMatchObject({ rate: expect.any(Number) as number })
  const { stdout } = await aepo(BOTH, { cwd })
  expect(stdout).toMatch(/tiny-random wins against other in \d+\.\d % \(95 % interval/)
  expect(stdout).toMatch(/^At equal lengths: /m)
}, 120_000)

it('writes the pairs blind, and takes votes on them', async () => {
  await aepo([...BOTH, '--pairs', 'pairs.jsonl'], { cwd })
  expect(readFileSync(path.join(cwd, 'pairs.jsonl'), 'utf8')).not.toMatch(/tiny-random|other/)
  const votes = linesOf('pairs.jsonl').map(({ pair }, index) => ({
    pair,
    vote: [1, 2, 'tie', 'allBad', 'skip'][index % 5],
  }))
  writeFileSync(
    path.join(cwd, 'votes.jsonl'),
    votes.map((vote) => `${JSON.stringify(vote)}\n`).join(''),
  )
  const voted = await aepoJson([...BOTH, '--votes', 'votes.jsonl', '--name', 'eve'], { cwd })
  expect(resultOf(voted).skips).toBe(votes.filter(({ vote }) => vote === 'skip').length)
  expect(resultOf(voted).agreement).toMatchObject([{ annotators: ['eve', 'longest'] }])
  const folder = path.relative(cwd, String(voted['folder']))
  expect(readdirSync(path.join(cwd, folder, 'annotations')).sort()).toEqual([
    'eve.jsonl',
    'longest.jsonl',
  ])
}, 120_000)

it('takes the votes of a judge, and keeps them apart', async () => {
  const server = await startFakeServer({ says: () => '{"verdict": "A"}' })
  onTestFinished(() => server.close())
  const file = path.join(cwd, FILE)
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  const judges = [{ name: 'first', kind: 'server', server: server.url, model: 'm' }]
  writeFileSync(file, JSON.stringify({ ...settings, judges }))
  const before = await aepoJson(BOTH, { cwd })
  const voted = await aepoJson([...BOTH, '--votes', 'judge:first'], { cwd })
  expect(voted).toMatchObject({ id: before['id'], result: before['result'] })
  expect(before['judges']).toEqual([])
  expect(voted['judges']).toMatchObject([
    {
      votes: { a: 0, b: 0, tie: voted['pairs'] },
      report: { findings: expect.arrayContaining(['prefers-first']) as unknown },
    },
  ])
  const asked = server.requests.length
  const { stdout } = await aepo([...BOTH, '--votes', 'judge:first'], { cwd })
  expect(stdout).toMatch(/^By the votes of judge:first alone, which count in no other figure, /m)
  expect(stdout).toContain('judge:first: It prefers the response that it sees first.')
  expect(server.requests).toHaveLength(asked)
}, 120_000)

it('takes the scores of a file, without its broken rows where this is asked for', async () => {
  await aepo([...BOTH, '--pairs', 'pairs.jsonl'], { cwd })
  const scored = linesOf('pairs.jsonl').map(({ prompt, responses }) => ({
    prompt,
    responses: (responses as string[]).map((text, score) => ({ text, score })),
  }))
  const rows = [{ prompt: 'What?', responses: [7] }, ...scored]
  writeFileSync(
    path.join(cwd, 'scores.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  )
  const scores = [...BOTH, '--annotator', 'scores.jsonl']
  expect(await aepo(scores, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      `With --leave-out-broken the other ${scored.length} rows are taken.`,
    ) as string,
  })
  const listed = /^1 row is broken and is left out:\n {2}line 1: responses\[0\] is the number 7/m
  const { code, stdout, stderr } = await aepo([...scores, '--leave-out-broken'], { cwd })
  expect(code).toBe(0)
  expect(stderr).toMatch(listed)
  expect(stdout).toMatch(/tiny-random wins against other in \d+\.\d % /)
}, 120_000)

it('takes the prompts of a file, several responses, and fewer prompts', async () => {
  writeFileSync(path.join(cwd, 'new.txt'), 'What now?\nAnd then?\nAnd after that?\n')
  const made = await aepoJson([...BOTH, '--prompts', 'new.txt', '--n', '2', '--limit', '2'], {
    cwd,
  })
  expect(made).toMatchObject({ prompts: 2, sampled: 8, promptsFile: 'new.txt' })
  const ids = readdirSync(path.join(cwd, 'a.aepo/evaluations'))
  expect(ids).toHaveLength(2)
  await aepo([...BOTH, '--new'], { cwd })
  expect(readdirSync(path.join(cwd, 'a.aepo/evaluations'))).toHaveLength(3)
}, 120_000)

it('refuses what it cannot compare, and options that do not go together', async () => {
  const failing = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await aepo(['evaluate', FILE, ...args], { cwd })
    expect(code).not.toBe(0)
    return stderr
  }
  expect(await failing('--a', 'base', '--b', 'base')).toMatch(/Both models are the same\./)
  expect(await failing('--a', 'base', '--b', '2026-01-01-dpo')).toMatch(/There is no run/)
  expect(await failing('--a', 'base')).toMatch(/--b/)
  const both = ['--a', 'base', '--b', './other']
  expect(await failing(...both, '--annotator', 'nobody')).toMatch(/--annotator takes longest/)
  expect(await failing(...both, '--n', '0')).toMatch(/--n takes/)
  const twice = ['--votes', 'v.jsonl', '--annotator', 'longest']
  expect(await failing(...both, ...twice)).toMatch(/either --votes or --annotator/)
  expect(await failing(...both, '--votes', 'judge:x')).toMatch(
    /There is no judge “x”\. .*declares: first/,
  )
  const named = ['--votes', 'judge:first', '--name', 'eve']
  expect(await failing(...both, ...named)).toMatch(/--name does not go with a judge/)
  const rule = ['--annotator', 'longest', '--leave-out-broken']
  expect(await failing(...both, ...rule)).toMatch(/is for the file of --annotator\./)
}, 120_000)
