// `aepo judge` against a server that always prefers the first response: the report says so, and the
// judge's rows are exported by name alone.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aepo, aepoJson } from '../support/command'
import { type FakeServer, startFakeServer } from '../support/servers/fakeServer'
import { annotate, judgedCuration } from './support/training'

const PROMPTS = 12

let server: FakeServer
let cwd: string
beforeAll(async () => {
  server = await startFakeServer({ says: () => '{"verdict": "A"}', key: 'sk-judge' })
  cwd = await judgedCuration(PROMPTS)
  await annotate(cwd)
  const file = path.join(cwd, 'a.aepo.json')
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  const judges = [{ name: 'first', kind: 'server', server: server.url, model: 'm' }]
  writeFileSync(file, JSON.stringify({ ...settings, judges }))
})
afterAll(() => server.close())

const env = { AEPO_SERVER_KEY: 'sk-judge' }

it('judges within a budget, resumes, and reports what moves the judge', async () => {
  const some = await aepoJson(['judge', 'a.aepo.json', '--judge', 'first', '--budget', '5'], {
    cwd,
    env,
  })
  expect(some).toMatchObject({ asked: 5, judged: 5, beyondBudget: PROMPTS - 5, tokens: 120 })
  const all = await aepoJson(['judge', 'a.aepo.json', '--judge', 'first'], { cwd, env })
  expect(all).toMatchObject({ asked: PROMPTS - 5, judged: PROMPTS, beyondBudget: 0 })
  expect(server.requests.filter(({ path: asked }) => asked.endsWith('completions'))).toHaveLength(
    2 * PROMPTS,
  )
  const { judges } = await aepoJson(['judge', 'a.aepo.json', '--report'], { cwd })
  expect(judges).toMatchObject([{ judge: 'first', judged: PROMPTS, findings: ['prefers-first'] }])
  const { stdout } = await aepo(['judge', 'a.aepo.json', '--report'], { cwd })
  expect(stdout).toContain('It prefers the response that it sees first.')
})

it('exports its rows where it is named', async () => {
  const own = await aepoJson(['export', 'a.aepo.json'], { cwd })
  expect(own).toMatchObject({ rows: PROMPTS })
  const named = ['export', 'a.aepo.json', '--annotators', 'judge:first']
  // every pair is a tie
  expect(await aepoJson(named, { cwd })).toMatchObject({ rows: 0 })
  const unknown = await aepo(['export', 'a.aepo.json', '--annotators', 'judge:x'], { cwd })
  expect(unknown).toMatchObject({ code: 1 })
  expect(unknown.stderr).toContain('There is no judge “x”')
})
