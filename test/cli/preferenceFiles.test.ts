// Files of others' preferences on the command line: replayed as labels, or told why not.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { aepo, aepoJson, temporaryFolder } from '../support/command'

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
})

const write = (name: string, values: readonly unknown[]): void =>
  writeFileSync(path.join(cwd, name), values.map((value) => `${JSON.stringify(value)}\n`).join(''))
const read = (name: string): string => readFileSync(path.join(cwd, name), 'utf8')

/** A curation of the prompts and the responses of one file, selected from. */
async function curationOf(file: string, responses: string): Promise<void> {
  await aepoJson(['init', file, '--prompts', responses, '--n', '2'], { cwd })
  await aepoJson(['import', file, '--candidates', responses], { cwd })
  await aepoJson(['select', file], { cwd })
}

const replay = (file: string, responses: string): string[] => [
  ...['annotate', file, '--replay', responses],
  ...['--annotator', 'judge'],
]

const JUDGED = [0, 1].map((place) => ({
  prompt: `Question ${place}`,
  responses: [
    { text: `Good answer ${place}`, score: 1 },
    { text: `Poor reply ${place}`, score: 0 },
  ],
}))

it('says that a file has no scores, and which fields it did not read', async () => {
  write('c.jsonl', JUDGED)
  await curationOf('x.aepo.json', 'c.jsonl')
  const stars = JUDGED.map(({ prompt, responses }) => ({
    prompt,
    responses: responses.map(({ text, score }) => ({ text, stars: score })),
  }))
  write('stars.jsonl', stars)
  expect(await aepo(replay('x.aepo.json', 'stars.jsonl'), { cwd })).toMatchObject({
    code: 0,
    stderr:
      'The file has no scores. Not read: responses[].stars. Rename a field that holds the scores to “score”.\n',
    stdout: '0 selections labelled as judge. 2 have no score and stay open.\n',
  })
})

it('reads the labels of a KTO data set that was exported', async () => {
  write('c.jsonl', JUDGED)
  await curationOf('x.aepo.json', 'c.jsonl')
  await aepoJson(replay('x.aepo.json', 'c.jsonl'), { cwd })
  await aepoJson(['export', 'x.aepo.json'], { cwd })
  await aepoJson(['export', 'x.aepo.json', '--format', 'kto', '--out', 'k.jsonl'], { cwd })
  await curationOf('y.aepo.json', 'k.jsonl')
  await aepoJson(replay('y.aepo.json', 'k.jsonl'), { cwd })
  await aepoJson(['export', 'y.aepo.json'], { cwd })
  expect(read('x.dpo.jsonl').split('\n')).toHaveLength(3)
  expect(read('y.dpo.jsonl')).toBe(read('x.dpo.jsonl'))
})

it('leaves broken rows out where this is asked for, and lists them', async () => {
  write('p.jsonl', JUDGED)
  write('c.jsonl', [...JUDGED, { prompt: 'Question 0', responses: [7] }])
  await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl', '--n', '2'], { cwd })
  const take = ['import', 'x.aepo.json', '--candidates', 'c.jsonl', '--leave-out-broken']
  const listed = /^1 row is broken and is left out:\n {2}line 3: responses\[0\] is the number 7/
  expect(await aepo(take, { cwd })).toMatchObject({
    code: 0,
    stdout: '4 candidates imported.\n',
    stderr: expect.stringMatching(listed) as string,
  })
  expect(await aepoJson(take, { cwd })).toMatchObject({
    skipped: 4,
    broken: { count: 1, first: [{ line: 3 }] },
  })
  await aepoJson(['select', 'x.aepo.json'], { cwd })
  const annotate = replay('x.aepo.json', 'c.jsonl')
  expect(await aepo(annotate, { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'With --leave-out-broken the other 2 rows are taken.',
    ) as string,
  })
  expect(await aepo([...annotate, '--leave-out-broken'], { cwd })).toMatchObject({
    code: 0,
    stdout: '2 selections labelled as judge.\n',
    stderr: expect.stringMatching(listed) as string,
  })
  const rule = ['annotate', 'x.aepo.json', '--rule', 'longest', '--annotator', 'rule']
  expect(await aepo([...rule, '--leave-out-broken'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--leave-out-broken is for the file of --replay.') as string,
  })
})
