// The main job on the command line: prompts to candidates to selections to annotations to DPO rows,
// resumed and repeated.
import { readFileSync, writeFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { dpo } from '../../src/core/export/dpo'
import { candidateSchema, selectionSchema } from '../../src/core/formats/records'
import { aepo, aepoJson, initCuration, temporaryFolder, TINY } from '../support/command'
import { jsonLines } from '../support/jsonLines'

const PROMPTS = [
  'Name three rivers.',
  'Write a haiku about rain.',
  'What is a prime number?',
  'Explain entropy to a child.',
  'Give me a breakfast idea.',
]
const N = 6

let cwd: string
const lines = (name: string): unknown[] => jsonLines(path.join(cwd, name))
const candidates = (): { id: string; text: string }[] =>
  lines('a.aepo/candidates.jsonl').flatMap((line) => candidateSchema.safeParse(line).data ?? [])

beforeAll(async () => {
  cwd = temporaryFolder()
  await initCuration(cwd, 'a.aepo.json', PROMPTS, { n: N, 'max-new-tokens': 12, ...TINY })
})

describe('the main job', () => {
  it('generates in two goes what it generates in one', async () => {
    expect(await aepoJson(['generate', 'a.aepo.json', '--limit', '2'], { cwd })).toMatchObject({
      generated: 2 * N,
    })
    expect(await aepoJson(['generate', 'a.aepo.json'], { cwd })).toMatchObject({
      generated: 3 * N,
      candidates: 5 * N,
      candidatesWanted: 5 * N,
    })
    const resumed = candidates()
    expect(new Set(resumed.map(({ id }) => id)).size).toBe(5 * N)

    rmSync(path.join(cwd, 'a.aepo'), { recursive: true })
    await aepoJson(['generate', 'a.aepo.json'], { cwd })
    const inOneGo = new Map(candidates().map(({ id, text }) => [id, text]))
    expect(new Map(resumed.map(({ id, text }) => [id, text]))).toEqual(inOneGo)
  })

  it('selects k of each pool, and nothing new the second time', async () => {
    expect(await aepoJson(['select', 'a.aepo.json'], { cwd })).toMatchObject({
      added: 5,
      selected: 5,
    })
    for (const line of lines('a.aepo/selections.jsonl')) {
      const selection = selectionSchema.parse(line)
      expect(selection.candidateIds).toHaveLength(2)
      expect(selection.n + selection.removed.length).toBe(N)
    }
    expect(await aepoJson(['select', 'a.aepo.json'], { cwd })).toMatchObject({ added: 0 })
  })

  it('annotates by the longest rule and exports rows whose chosen text is the longer one', async () => {
    expect(
      await aepoJson(['annotate', 'a.aepo.json', '--rule', 'longest', '--annotator', 'rule'], {
        cwd,
      }),
    ).toMatchObject({ annotated: 5, unscored: 0 })
    const cutOff = await aepoJson(['export', 'a.aepo.json'], { cwd })
    expect(cutOff).toMatchObject({ file: path.join(cwd, 'a.dpo.jsonl') })
    const { rows } = await aepoJson(
      ['export', 'a.aepo.json', '--cut-off', 'keep', '--format', 'dpo', '--out', 'out.jsonl'],
      { cwd },
    )
    expect(Number(cutOff['rows']) + Number(cutOff['cutOff'])).toBe(rows)
    const exported = lines('out.jsonl').map((line) => dpo.schema.parse(line))
    expect(exported).toHaveLength(Number(rows))
    expect(exported.length).toBeGreaterThan(0)
    for (const { chosen, rejected } of exported)
      expect(chosen[0]?.content.length).toBeGreaterThan(rejected[0]?.content.length ?? Infinity)
    expect(exported.map(({ prompt }) => prompt[0]?.content)).toEqual(
      PROMPTS.filter((prompt) => exported.some((row) => row.prompt[0]?.content === prompt)),
    )
  })

  it('makes the data set again, byte for byte, after it was deleted', async () => {
    const output = path.join(cwd, 'a.dpo.jsonl')
    const before = readFileSync(output)
    rmSync(output)
    await aepoJson(['export', 'a.aepo.json'], { cwd })
    expect(readFileSync(output).equals(before)).toBe(true)
    await aepoJson(['export', 'a.aepo.json', '--cut-off', 'keep', '--out', 'again.jsonl'], { cwd })
    expect(lines('again.jsonl')).toEqual(lines('out.jsonl'))
  })

  it('reports where the curation stands', async () => {
    expect(await aepoJson(['status', 'a.aepo.json'], { cwd })).toMatchObject({
      prompts: 5,
      candidates: 5 * N,
      selected: 5,
    })
    const { stdout, code } = await aepo(['status', 'a.aepo.json'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('5 prompts, 30 of 30 candidates, 5 selected')
    expect(stdout).toContain('rule: 5 labelled')
  })

  it('selects again, from labelled pools alone, among the candidates that were not shown', async () => {
    const again = ['select', 'a.aepo.json', '--another']
    expect(await aepoJson([...again, 'all-bad'], { cwd })).toMatchObject({ added: 0 })
    expect(await aepoJson([...again, 'all'], { cwd })).toMatchObject({ added: 5, selected: 10 })
    expect(await aepoJson([...again, 'all'], { cwd })).toMatchObject({ added: 0 })
    const shown = lines('a.aepo/selections.jsonl').flatMap(
      (line) => selectionSchema.parse(line).candidateIds,
    )
    expect(new Set(shown).size).toBe(20)
    const { code, stderr } = await aepo([...again, 'some'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('all-bad')])
  })
})

describe('others’ responses', () => {
  it('are imported once and annotated by their judged scores', async () => {
    const folder = temporaryFolder()
    const row = {
      prompt: 'Name a colour.',
      responses: [
        { text: 'Blue is a colour.', model: 'a', score: 0.1 },
        { text: 'Red, the first of the rainbow.', model: 'b', score: 0.9 },
        { text: 'A horse.', model: 'c', score: 0 },
      ],
    }
    writeFileSync(
      path.join(folder, 'c.jsonl'),
      `${JSON.stringify(row)}\n${JSON.stringify({ prompt: 'Unknown?', responses: ['x', 'y'] })}\n`,
    )
    writeFileSync(path.join(folder, 'p.jsonl'), `${JSON.stringify({ prompt: row.prompt })}\n`)
    const run = (args: string[]): Promise<Record<string, unknown>> =>
      aepoJson(args, { cwd: folder })
    await run(['init', 'b.aepo.json', '--prompts', 'p.jsonl', '--n', '3'])
    expect(await run(['import', 'b.aepo.json', '--candidates', 'c.jsonl'])).toEqual({
      candidates: 3,
      withoutResponses: 0,
      preferredBy: [],
      skipped: 0,
      unknownPrompts: 1,
      nulls: 0,
      broken: { count: 0, first: [] },
      notRead: [],
    })
    expect(await run(['import', 'b.aepo.json', '--candidates', 'c.jsonl'])).toEqual({
      candidates: 0,
      withoutResponses: 0,
      preferredBy: [],
      skipped: 3,
      unknownPrompts: 1,
      nulls: 0,
      broken: { count: 0, first: [] },
      notRead: [],
    })
    await run(['select', 'b.aepo.json'])
    expect(
      await run(['annotate', 'b.aepo.json', '--replay', 'c.jsonl', '--annotator', 'judge']),
    ).toMatchObject({ annotated: 1, pairs: 1 })
    await run(['export', 'b.aepo.json', '--out', 'o.jsonl'])
    const [exported] = jsonLines(path.join(folder, 'o.jsonl')).map((row) => dpo.schema.parse(row))
    const scoreOf = (text: string | undefined): number =>
      row.responses.find((response) => response.text === text)?.score ?? NaN
    expect(scoreOf(exported?.chosen[0]?.content)).toBeGreaterThan(
      scoreOf(exported?.rejected[0]?.content),
    )
  })
})
