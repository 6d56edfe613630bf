// `aepo simulate` on files of judged responses, with the embedded embedder.
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SimulationReport } from '../../src/shared/simulation'
import { aepo, aepoJson, temporaryFolder } from '../support/command'

const cwd = temporaryFolder()
const env = { XDG_CACHE_HOME: path.join(cwd, 'cache') }
const WORDS = ['river', 'stone', 'cloud', 'garden', 'window', 'letter', 'bridge', 'market']

/** Longer responses have higher scores. */
const responses = (prompt: number): { text: string; score: number }[] =>
  [1, 2, 3, 4, 5].map((length) => ({
    text: Array.from({ length: 3 * length }, (_, i) => WORDS[(prompt + i * length) % 8]).join(' '),
    score: length,
  }))

const ROWS = Array.from({ length: 12 }, (_, prompt) => ({
  prompt: `Write about ${WORDS[prompt % 8] ?? ''} ${prompt}.`,
  responses: responses(prompt),
}))
const write = (name: string, rows: readonly object[]): void =>
  writeFileSync(path.join(cwd, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

beforeAll(() => write('judged.jsonl', ROWS))

const SMALL = ['simulate', '--pool', 'judged.jsonl', '--budget', '4,16', '--seeds', '4']

describe('simulate', () => {
  it('prints one object with every rule at every budget', async () => {
    const report = (await aepoJson([...SMALL, '--n', '4', '--degenerate', '0.2'], {
      cwd,
      env,
    })) as unknown as SimulationReport
    const { rules, baselines, pool } = report
    expect(pool).toMatchObject({ prompts: 12, responses: 60, heldOut: 3, seeds: 4 })
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(11)
    for (const one of rules) {
      expect(one).toMatchObject({ n: 4, k: 2 })
      expect(one.labels).toBe(one.budget)
      expect(one.low).toBeLessThanOrEqual(one.gain)
      expect(one.gain).toBeLessThanOrEqual(one.high)
      expect(one.accuracy).toBeGreaterThan(0.5)
    }
    expect(baselines).toMatchObject([
      { baseline: 'longest', accuracy: 1, bestOfN: 5 },
      { baseline: 'shortest', accuracy: 0, bestOfN: 1 },
      { baseline: 'first', accuracy: 0 },
    ])
  })

  it('prints a table and a sentence of advice; vectors come from the cache', async () => {
    const args = [...SMALL, '--rules', 'aepo,oracle-best-worst', '--lambda', '0,1', '--k', '2,3']
    const { code, stdout } = await aepo(args, { cwd, env })
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('12 prompts, 60 responses; 4 random splits with 3 prompts held out.')
    // k = 2 and 3 at two budgets: random, two λ, the oracle; head and three baselines
    expect(lines).toHaveLength(1 + 1 + 2 * 2 * 4 + 3 + 1)
    expect(stdout).toContain('aepo λ=1, N=8, k=3')
    expect(readdirSync(path.join(cwd, 'cache/aepo-curation/simulation'))).toHaveLength(1)
  })

  it.each([
    [['--rules', 'best'], 'There is no selection rule “best”'],
    [['--budget', '10,x'], '--budget takes integers of at least 1'],
    [['--seeds', '1'], '--seeds takes an integer of at least 2'],
    [['--degenerate', '1'], '--degenerate takes a share'],
    [['--part', '3/2'], '--part takes I/M'],
    [['--kinds', 'x', '--pool', 'missing.jsonl'], 'There is no kind “x”'],
    [['x.aepo.json'], 'simulate takes no curation file'],
  ])('refuses %o', async (args, message) => {
    const { code, stderr } = await aepo(['simulate', '--pool', 'judged.jsonl', ...args], {
      cwd,
      env,
    })
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  it('takes the scores of a curation, and says where its labels cannot tell', async () => {
    const curation = ['--n', '5', '--prompts', 'judged.jsonl']
    await aepoJson(['init', 'scored.aepo.json', ...curation], { cwd, env })
    await aepoJson(['import', 'scored.aepo.json', '--candidates', 'judged.jsonl'], { cwd, env })
    const { pool } = (await aepoJson(
      ['simulate', '--curation', 'scored.aepo.json', '--budget', '4', '--seeds', '2', '--n', '4'],
      { cwd, env },
    )) as unknown as SimulationReport
    expect(pool).toMatchObject({ prompts: 12, responses: 60 })
    await aepoJson(['init', 'plain.aepo.json', ...curation], { cwd, env })
    const { code, stderr } = await aepo(['simulate', '--curation', 'plain.aepo.json'], { cwd, env })
    expect(code).toBe(1)
    expect(stderr).toContain('The labels of this curation cannot tell')
  })

  it.each([[[]], [['--pool', 'judged.jsonl', '--curation', 'x.aepo.json']]])(
    'takes one source: %o',
    async (args) => {
      const { code, stderr } = await aepo(['simulate', ...args], { cwd, env })
      expect(code).toBe(2)
      expect(stderr).toContain('simulate takes either --pool or --curation.')
    },
  )

  it('names the rows that are no judged responses', async () => {
    write('plain.jsonl', [{ prompt: 'One?', responses: ['a', 'b'] }])
    const { code, stderr } = await aepo(['simulate', '--pool', 'plain.jsonl'], { cwd, env })
    expect(code).toBe(1)
    expect(stderr).toContain('line 1: no response has a score, a vote or a review')
  })

  it('leaves these rows out where this is asked for, and lists them', async () => {
    write('broken.jsonl', [{ prompt: 'One?', responses: ['a', 'b'] }, ...ROWS])
    const one = ['--rules', 'aepo', '--budget', '4', '--seeds', '2', '--n', '4']
    const args = ['simulate', '--pool', 'broken.jsonl', ...one]
    expect(await aepo(args, { cwd, env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'With --leave-out-broken the other 12 rows are taken.',
      ) as string,
    })
    expect(await aepo([...args, '--leave-out-broken'], { cwd, env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^12 prompts, 60 responses; /) as string,
      stderr: expect.stringMatching(
        /^1 row is broken and is left out:\n {2}line 1: no response has a score/,
      ) as string,
    })
    const own = ['simulate', '--curation', 'x.aepo.json', '--leave-out-broken']
    expect(await aepo(own, { cwd, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--leave-out-broken is for the file of --pool.') as string,
    })
  })
})
