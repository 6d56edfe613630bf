// Files of prompts and of responses on the command line: nothing is taken, left out or lost in
// silence, and every remedy that is named can be carried out.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { aepo, aepoJson, ROOT, temporaryFolder } from '../support/command'

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
})

const write = (name: string, content: string): string => {
  writeFileSync(path.join(cwd, name), content)
  return name
}
const read = (name: string): string => readFileSync(path.join(cwd, name), 'utf8')
const rows = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** Judged responses to so many prompts, imported and selected from. */
async function judged(count: number, ...options: string[]): Promise<void> {
  const prompts = Array.from({ length: count }, (_, place) => `Question ${place}`)
  write('p.jsonl', rows(prompts.map((prompt) => ({ prompt }))))
  const responses = prompts.map((prompt, place) => ({
    prompt,
    responses: [
      { text: `Good answer ${place}`, score: 1 },
      { text: `Poor reply ${place}`, score: 0 },
    ],
  }))
  write('c.jsonl', rows(responses))
  await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl', '--n', '2', ...options], { cwd })
  await aepoJson(['import', 'x.aepo.json', '--candidates', 'c.jsonl'], { cwd })
  await aepoJson(['select', 'x.aepo.json'], { cwd })
}
const replay = ['annotate', 'x.aepo.json', '--replay', 'c.jsonl', '--annotator', 'judge']

describe('init', () => {
  it('says how the prompts were read, and which rows were left out', async () => {
    write(
      'p.jsonl',
      rows([
        { id: 1, instruction: 'Translate.', Input: 'eins', output: 'one', tools: [1] },
        { id: 2, instruction: null },
        { id: 3, instruction: 7 },
        { id: 4, instruction: 'Sing.' },
        { id: 5, instruction: 'Sing.' },
      ]),
    )
    const { code, stdout, stderr } = await aepo(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], {
      cwd,
    })
    expect([code, stdout]).toEqual([0, 'x.aepo.json: a curation of 2 prompts.\n'])
    expect(stderr.split('\n')).toEqual([
      'Format: JSON Lines.',
      'Prompt: instruction.',
      'Joined with the prompt: Input.',
      'Not read: id, output, tools.',
      'The prompts may need what is in tools: look at them.',
      '1 duplicate prompt is used once.',
      '1 row holds no prompt and is left out: line 2.',
      '1 row is broken and is left out:',
      '  line 3: instruction is the number 7',
      '',
    ])
    expect(await aepo(['status', 'x.aepo.json'], { cwd })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 row holds no prompt and is left out: line 2.') as string,
    })
  })

  it('--dry-run shows the first prompts and writes nothing', async () => {
    write('p.csv', 'sep=;\nid;prompt;rating\n1;One;4\n2;Two;5\n3;Three;1\n4;Four;2\n')
    const args = ['init', 'x.aepo.json', '--prompts', 'p.csv', '--dry-run']
    const { code, stdout } = await aepo(args, { cwd })
    expect(code).toBe(0)
    expect(stdout).toBe(
      [
        'Format: table with the delimiter “;”, the first line is the header.',
        'Prompt: prompt.',
        'Not read: id, rating.',
        'Prompt 1:',
        '  user: One',
        'Prompt 2:',
        '  user: Two',
        'Prompt 3:',
        '  user: Three',
        '',
      ].join('\n'),
    )
    expect(await aepoJson(args, { cwd })).toMatchObject({
      format: { kind: 'table', delimiter: ';', header: true },
      promptFields: ['prompt'],
      first: [[{ content: 'One' }], [{ content: 'Two' }], [{ content: 'Three' }]],
    })
    expect(existsSync(path.join(cwd, 'x.aepo.json'))).toBe(false)
  })

  it('takes the field that its failure names', async () => {
    write('p.csv', 'goal,target\nSing,Sure\n')
    const args = ['init', 'x.aepo.json', '--prompts', 'p.csv']
    const { code, stderr } = await aepo(args, { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/with --prompt-field or as fields\.prompt in the curation file: goal\./)
    await aepoJson([...args, '--prompt-field', 'goal', '--budget', '7'], { cwd })
    expect(JSON.parse(read('x.aepo.json'))).toMatchObject({
      fields: { prompt: 'goal' },
      annotation: { budget: 7 },
    })
    expect(await aepoJson(['status', 'x.aepo.json'], { cwd })).toMatchObject({ prompts: 1 })
  })

  it('keeps how a table is written in the curation file', async () => {
    write('p.csv', 'One: two, three#x\nFour: five#y\n')
    await aepoJson(
      [
        ...['init', 'x.aepo.json', '--prompts', 'p.csv', '--delimiter', '#', '--header', 'no'],
        ...['--prompt-field', 'column1'],
      ],
      { cwd },
    )
    expect(JSON.parse(read('x.aepo.json'))).toMatchObject({
      table: { delimiter: '#', header: false },
    })
    expect(await aepoJson(['status', 'x.aepo.json'], { cwd })).toMatchObject({ prompts: 2 })
  })

  it('makes the folder of the curation', async () => {
    write('p.txt', 'Hi\n')
    await aepoJson(['init', 'new/x.aepo.json', '--prompts', 'p.txt'], { cwd })
    expect(JSON.parse(read('new/x.aepo.json'))).toMatchObject({ prompts: '../p.txt' })
  })

  it('writes the field that it found; a file without it says at the first opening what is taken', async () => {
    write('p.jsonl', rows([{ id: 1, question: 'Hi' }]))
    await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    expect(JSON.parse(read('x.aepo.json'))).toMatchObject({ fields: { prompt: 'question' } })
    expect((await aepo(['status', 'x.aepo.json'], { cwd })).stderr).toBe('')
    write('y.aepo.json', JSON.stringify({ version: 1, prompts: 'p.jsonl' }))
    expect((await aepo(['status', 'y.aepo.json'], { cwd })).stderr).toMatch(
      /p\.jsonl: Format: JSON Lines\. Prompt: question\. Not read: id\.\n$/,
    )
  })

  it('100,000 rows with a broken one are a curation', async () => {
    const good = Array.from({ length: 100_000 }, (_, place) => `{"prompt": "p${place}"}\n`)
    good[70_000] = '{"prompt": \n'
    write('p.jsonl', good.join(''))
    const { code, stdout, stderr } = await aepo(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], {
      cwd,
    })
    expect([code, stdout]).toEqual([0, 'x.aepo.json: a curation of 99999 prompts.\n'])
    expect(stderr).toMatch(/1 row is broken and is left out:\n {2}line 70001: /)
  })
})

describe('import', () => {
  it('of a file with a broken row leaves nothing behind', async () => {
    write('p.jsonl', rows([{ prompt: 'a' }, { prompt: 'b' }]))
    write(
      'c.jsonl',
      rows([
        { prompt: 'a', responses: ['x'] },
        { prompt: 'b', responses: [7] },
      ]),
    )
    await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    const { code, stderr } = await aepo(['import', 'x.aepo.json', '--candidates', 'c.jsonl'], {
      cwd,
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/c\.jsonl:2: 1 of 2 rows .*\n {2}line 2: responses\[0\] is the number 7/)
    expect(stderr).toContain('With --leave-out-broken the other row is taken.')
    expect(await aepoJson(['status', 'x.aepo.json'], { cwd })).toMatchObject({ candidates: 0 })
  })

  it('counts null responses; select says which selections cannot be compared', async () => {
    write('p.jsonl', rows([{ prompt: 'a' }]))
    write('c.jsonl', rows([{ prompt: 'a\n', responses: ['x', null], clarity: 4 }]))
    await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    expect(
      await aepoJson(['import', 'x.aepo.json', '--candidates', 'c.jsonl'], { cwd }),
    ).toMatchObject({ candidates: 1, nulls: 1, unknownPrompts: 0, notRead: ['clarity'] })
    const { stdout } = await aepo(['select', 'x.aepo.json'], { cwd })
    expect(stdout).toMatch(
      /^1 new selection; 0 can be labelled\. 1 prompt has fewer than two usable responses/,
    )
  })
})

describe('what no longer counts', () => {
  it('is said where a budget ends the annotations', async () => {
    await judged(5, '--budget', '3')
    expect((await aepo(replay, { cwd })).stdout).toMatch(
      /2 more stay open: the budget of 3 annotations is used up\. Raise annotation\.budget in /,
    )
  })

  it('is counted after a prompt was edited, and kept when the user says so', async () => {
    await judged(5)
    await aepoJson(replay, { cwd })
    await aepoJson(['export', 'x.aepo.json'], { cwd })
    write('p.jsonl', read('p.jsonl').replace('Question 2', 'Question two'))
    expect((await aepo(['status', 'x.aepo.json'], { cwd })).stdout).toMatch(
      /1 prompt is no longer in .*p\.jsonl: its records do not count \(candidates: 2, labels: 1\)\./,
    )
    expect(await aepoJson(['export', 'x.aepo.json'], { cwd })).toMatchObject({
      rows: 4,
      lost: 1,
      orphans: { prompts: 1, candidates: 2, annotations: 1 },
    })
    const listed = await aepo(['keep', 'x.aepo.json'], { cwd })
    expect(listed.stdout).toMatch(
      /p\.jsonl:3: “Question two” keeps the records of .*“Good answer 2” \(candidates: 2, labels: 1\)/,
    )
    expect(await aepoJson(['keep', 'x.aepo.json', '--yes'], { cwd })).toMatchObject({
      kept: 1,
      orphans: null,
    })
    expect(await aepoJson(['export', 'x.aepo.json'], { cwd })).toMatchObject({ rows: 5, lost: 0 })
    expect(read('x.dpo.jsonl')).toMatch(/Question two.*Good answer 2/)
  })
})

describe('export', () => {
  it.each(['/dev/stdout', '-'])(
    'to standard output (%s) writes the rows alone there',
    async (out) => {
      await judged(3)
      await aepoJson(replay, { cwd })
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(ROOT, 'dist/cli.js'), 'export', 'x.aepo.json', '--out', out],
        { cwd, encoding: 'utf8' },
      )
      const lines = stdout.trimEnd().split('\n')
      expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual(
        Array(3).fill(['prompt', 'chosen', 'rejected']),
      )
      expect(stderr).toContain('3 rows written to /dev/stdout.')
    },
  )

  it('replaces a data set that was edited, and no file of another kind', async () => {
    await judged(2)
    await aepoJson(replay, { cwd })
    const to = (out: string): string[] => ['export', 'x.aepo.json', '--out', out]
    expect(await aepoJson(to('d.jsonl'), { cwd })).toMatchObject({ rows: 2, lost: 0 })
    const written = read('d.jsonl')
    write('d.jsonl', `${written}{"prompt": "by hand"}\n`)
    expect(await aepoJson(to('d.jsonl'), { cwd })).toMatchObject({ rows: 2, lost: 1 })
    write('empty.jsonl', '')
    await aepoJson(to('empty.jsonl'), { cwd })
    expect([read('d.jsonl'), read('empty.jsonl')]).toEqual([written, written])
    write('thesis.md', '# Years of work\n')
    expect(await aepo(to('thesis.md'), { cwd })).toMatchObject({
      code: 1,
      stderr: `aepo: ${path.join(cwd, 'thesis.md')}: This file is no data set: it begins with “# Years of work”. Name another file, or remove this one.\n`,
    })
    expect(read('thesis.md')).toBe('# Years of work\n')
  })

  it('to a pipe whose reader has read enough ends', async () => {
    await judged(3)
    await aepoJson(replay, { cwd })
    const command = `"${process.execPath}" "${path.join(ROOT, 'dist/cli.js')}" export x.aepo.json --out /dev/stdout | head -c 10`
    expect(
      execFileSync('bash', ['-c', command], { cwd, encoding: 'utf8', stdio: 'pipe' }),
    ).toHaveLength(10)
  })
})

it('a link to a curation file is that curation', async () => {
  await judged(2)
  mkdirSync(path.join(cwd, 'l'))
  symlinkSync('../x.aepo.json', path.join(cwd, 'l/x.aepo.json'))
  expect(await aepoJson(['status', 'l/x.aepo.json'], { cwd })).toMatchObject({ candidates: 4 })
})

it('status counts one label in the singular', async () => {
  await judged(1)
  await aepoJson(replay, { cwd })
  write('d.jsonl', read('c.jsonl').replace('"score":0', '"score":1'))
  const even = ['annotate', 'x.aepo.json', '--replay', 'd.jsonl', '--annotator', 'even']
  await aepoJson(even, { cwd })
  const { stdout } = await aepo(['status', 'x.aepo.json'], { cwd })
  expect(stdout).toContain('judge: 1 labelled; 1 preference, 0 ties, 0 all bad, 0 skipped.')
  expect(stdout).toContain('even: 1 labelled; 0 preferences, 1 tie, 0 all bad, 0 skipped.')
  expect(stdout).toMatch(/even and judge agree on 0 of 1 selection \(/)
})
