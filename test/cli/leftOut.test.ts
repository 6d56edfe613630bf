// Prompts that are left out, and responses without an answer, on the command line.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aepo, aepoJson, temporaryFolder } from '../support/command'
import { type FakeServer, startFakeServer } from '../support/servers/fakeServer'

let server: FakeServer
let cwd: string
beforeEach(async () => {
  server = await startFakeServer()
  cwd = temporaryFolder()
  writeFileSync(path.join(cwd, 'p.jsonl'), '{"prompt": "one"}\n{"prompt": "two"}\n')
  configure({ n: 2 })
})
afterEach(() => server.close())

function configure(sampling: object): void {
  const generator = { server: server.url, model: 'm' }
  const file = { version: 1, prompts: 'p.jsonl', generator, sampling }
  writeFileSync(path.join(cwd, 'a.aepo.json'), JSON.stringify(file))
}

it('a prompt that the server refuses is named, listed, and tried again when that is asked', async () => {
  server.abilities.refuses = ({ messages }) =>
    messages[0]?.content === 'two' ? 'not allowed here' : undefined
  const { code, stdout, stderr } = await aepo(['generate', 'a.aepo.json'], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain('One prompt was left out')
  expect(stderr).toMatch(/p\.jsonl:2: “two” was left out: .*not allowed here\./)
  const listed = { leftOut: 1, leftOutPrompts: [{ line: 2, excerpt: 'two' }] }
  expect(await aepoJson(['status', 'a.aepo.json'], { cwd })).toMatchObject(listed)
  server.abilities = {}
  expect(await aepoJson(['generate', 'a.aepo.json'], { cwd })).toMatchObject(listed)
  expect(await aepoJson(['generate', 'a.aepo.json', '--retry-left-out'], { cwd })).toMatchObject({
    generated: 2,
    leftOut: 0,
    leftOutPrompts: [],
  })
})

it('responses without an answer fail, and can be sampled again with other settings', async () => {
  server.faults = Array.from({ length: 10 }, () => (_, response) => {
    const message = { content: null, reasoning_content: 'Hm.' }
    response.end(JSON.stringify({ choices: [{ message, finish_reason: 'length' }] }))
  })
  const first = await aepo(['generate', 'a.aepo.json'], { cwd })
  expect(first).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('sampling.maxNewTokens') as string,
  })
  server.faults = []
  configure({ n: 2, maxNewTokens: 2048 })
  const kept = await aepo(['generate', 'a.aepo.json'], { cwd })
  expect(kept.stderr).toContain('--sample-again')
  expect(await aepoJson(['generate', 'a.aepo.json', '--sample-again'], { cwd })).toMatchObject({
    generated: 4,
    candidates: 4,
  })
  const journals = readdirSync(path.join(cwd, 'a.aepo')).filter((name) =>
    /^candidates\..+\.jsonl$/.test(name),
  )
  expect(journals).toHaveLength(1)
  expect(readFileSync(path.join(cwd, 'a.aepo', journals[0] ?? ''), 'utf8')).toContain('Hm.')
})
