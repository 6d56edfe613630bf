// Bad input on the command line: the exit code, and a message that names file, line and remedy.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, it } from 'vitest'
import { aepo, aepoJson, initCuration, ROOT, temporaryFolder, TINY_MODEL } from '../support/command'

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
})

function write(name: string, content: string | Buffer): string {
  writeFileSync(path.join(cwd, name), content)
  return name
}

/** Two short candidates a prompt, by the smallest model. */
const SMALL = { model: TINY_MODEL, device: 'cpu', n: 2, 'max-new-tokens': 4 }

const PROMPT_FILES: {
  what: string
  name: string
  content: string | Buffer | null
  says: RegExp[]
}[] = [
  {
    what: 'a missing prompt file',
    name: 'none.jsonl',
    content: null,
    says: [/none\.jsonl/, /does not exist/, /path/i],
  },
  {
    what: 'a file that is not UTF-8',
    name: 'latin.jsonl',
    content: Buffer.concat([
      Buffer.from('{"prompt": "fine"}\n{"prompt": "caf'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]),
    says: [/latin\.jsonl:2/, /UTF-8/],
  },
  {
    what: 'rows without a prompt field',
    name: 'fields.jsonl',
    content: '{"topic": "rivers", "size": 3}\n',
    says: [/fields\.jsonl:1/, /topic/, /fields/],
  },
  {
    what: 'no prompts at all',
    name: 'empty.jsonl',
    content: '',
    says: [/empty\.jsonl/, /no (prompts|rows)/i],
  },
]

describe('prompt files', () => {
  it.each(PROMPT_FILES)('$what', async ({ name, content, says }) => {
    if (content !== null) write(name, content)
    const { code, stderr, stdout } = await aepo(['init', 'x.aepo.json', '--prompts', name], { cwd })
    expect(code).toBe(1)
    expect(stdout).toBe('')
    for (const pattern of says) expect(stderr).toMatch(pattern)
  })

  it('100,000 prompts work', async () => {
    const prompts = Array.from(
      { length: 100_000 },
      (_, i) => `Prompt number ${i}: ${'word '.repeat(20)}`,
    )
    expect(await initCuration(cwd, 'x.aepo.json', prompts, SMALL)).toMatchObject({
      prompts: 100_000,
      duplicates: 0,
    })
    expect(await aepoJson(['generate', 'x.aepo.json', '--limit', '3'], { cwd })).toMatchObject({
      generated: 6,
    })
  })

  it('a prompt longer than the model’s context is left out and named; the others are sampled', async () => {
    await initCuration(cwd, 'x.aepo.json', ['short', 'long '.repeat(20_000)], SMALL)
    const { code, stdout, stderr } = await aepo(['generate', 'x.aepo.json', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      generated: 2,
      leftOut: 1,
      leftOutPrompts: [{ line: 2 }],
    })
    expect(stderr).toMatch(/prompts\.jsonl/)
    expect(stderr).toMatch(/tokens/)
  })
})

describe('curation files', () => {
  it.each([
    [
      'an unknown key',
      '{\n  "version": 1,\n  "prompts": "p.jsonl",\n  "smapling": {}\n}',
      /c\.aepo\.json:4:3.*smapling/,
    ],
    [
      'a wrong type',
      '{\n  "version": 1,\n  "prompts": "p.jsonl",\n  "sampling": { "n": "many" }\n}',
      /c\.aepo\.json:4:\d+.*sampling\.n/,
    ],
    [
      'k > N',
      '{\n  "version": 1,\n  "prompts": "p.jsonl",\n  "sampling": { "n": 2 },\n  "selection": { "k": 3 }\n}',
      /c\.aepo\.json:5:\d+.*k is 3.*n = 2.*Lower/,
    ],
    ['broken JSON', '{\n  "version": 1,\n  "prompts": \n}', /c\.aepo\.json:\d+:\d+/],
  ])('%s', async (_what, text, says) => {
    write('p.jsonl', '{"prompt": "a"}\n')
    const { code, stderr } = await aepo(['status', write('c.aepo.json', text)], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(says)
  })

  it.each([
    [['--n', '2', '--k', '3'], /k is 3/],
    [['--n', '1.5'], /^aepo: sampling\.n must be an integer\.$/m],
  ])('%j on the command line is wrong use', async (options, says) => {
    write('p.jsonl', '{"prompt": "a"}\n')
    const { code, stderr } = await aepo(
      ['init', 'x.aepo.json', '--prompts', 'p.jsonl', ...options],
      { cwd },
    )
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
  })

  it('a file of prompts in the place of one is told what it is not', async () => {
    const { code, stderr } = await aepo(['status', write('p.jsonl', '{"prompt": "a"}\n')], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /p\.jsonl: This is no curation file: the name of one ends in \.aepo\.json\. Name one/,
    )
  })

  it('what the curation reads is never exported to', async () => {
    write('p.jsonl', '{"prompt": "a"}\n')
    await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    for (const name of ['p.jsonl', 'x.aepo.json', 'x.aepo/candidates.jsonl']) {
      const { code, stderr } = await aepo(['export', 'x.aepo.json', '--out', name], { cwd })
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /would overwrite a file that the curation reads\. Give the output a file of its own\./,
      )
    }
    expect(readFileSync(path.join(cwd, 'p.jsonl'), 'utf8')).toBe('{"prompt": "a"}\n')
  })

  it('an existing curation is never overwritten', async () => {
    write('p.jsonl', '{"prompt": "a"}\n')
    await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    const { code, stderr } = await aepo(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/x\.aepo\.json: This file already exists\. Choose another name\./)
  })
})

describe('models', () => {
  it('an incomplete folder names the file that is missing', async () => {
    mkdirSync(path.join(cwd, 'half'))
    write('half/config.json', '{"model_type": "llama"}')
    write('p.jsonl', '{"prompt": "a"}\n')
    await aepoJson(
      ['init', 'x.aepo.json', '--prompts', 'p.jsonl', '--model', path.join(cwd, 'half')],
      { cwd },
    )
    const { code, stderr } = await aepo(['generate', 'x.aepo.json'], { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(/half/)
    expect(stderr).toMatch(/tokenizer\.json|\.onnx/)
  })
})

it('a run that does not exist is not resumed, and those that do are named', async () => {
  write('p.jsonl', '{"prompt": "a"}\n')
  await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
  const { code, stderr } = await aepo(['train', 'x.aepo.json', '--resume', 'nope'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toMatch(/There is no run nope\. Start a run first\./)
})

it('an annotator without a selection is told what makes one', async () => {
  write('p.jsonl', '{"prompt": "a"}\n')
  write('c.jsonl', '{"prompt": "a", "responses": [{"text": "one more"}, {"text": "two"}]}\n')
  await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl', '--n', '2'], { cwd })
  await aepoJson(['import', 'x.aepo.json', '--candidates', 'c.jsonl'], { cwd })
  const args = ['annotate', 'x.aepo.json', '--rule', 'longest', '--annotator', 'me']
  const { stdout } = await aepo(args, { cwd })
  expect(stdout).toMatch(/^0 selections labelled as me\. .*aepo select makes it\.$/m)
})

describe('wrong use', () => {
  it.each([
    ['no call', []],
    ['an unknown call', ['frobnicate']],
    ['an unknown option', ['status', 'x.aepo.json', '--frob']],
    ['no file', ['status']],
    ['two files', ['status', 'a', 'b']],
    ['a number that is none', ['generate', 'x.aepo.json', '--limit', 'many']],
    ['a limit below one', ['generate', 'x.aepo.json', '--limit=-5']],
    ['half a prompt as limit', ['generate', 'x.aepo.json', '--limit', '2.5']],
    ['annotate without a source', ['annotate', 'x.aepo.json', '--annotator', 'a']],
    ['an unknown method', ['train', 'x.aepo.json', '--method', 'ppo', '--model', 'm']],
    [
      'a run that goes on with another model',
      ['train', 'x.aepo.json', '--resume', '2026-11-24T10-00-00-dpo', '--model', 'm'],
    ],
    ['a job that resumes', ['train', 'x.aepo.json', '--job', 'ray', '--to', 'j', '--resume', 'r']],
    ['a plan that waits', ['train', 'x.aepo.json', '--dry-run', '--queue']],
    ['a script without a job', ['train', 'x.aepo.json', '--to', 'j']],
    ['an unknown hyper-parameter', ['train', 'x.aepo.json', '--model', 'm', '--set', 'bta=1']],
    [
      'an annotator that is no file name',
      ['annotate', 'x.aepo.json', '--rule', 'longest', '--annotator', '../x'],
    ],
    [
      'a judge as annotator',
      ['annotate', 'x.aepo.json', '--rule', 'longest', '--annotator', 'judge:x'],
    ],
  ])('%s ends with code 2', async (_what, args) => {
    write('p.jsonl', '{"prompt": "a"}\n')
    if (args.includes('x.aepo.json'))
      await aepoJson(['init', 'x.aepo.json', '--prompts', 'p.jsonl'], { cwd })
    const { code, stderr, stdout } = await aepo(args, { cwd })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^aepo: .+\nSee aepo (\w+ )?--help\.\n$/)
    expect(stdout).toBe('')
  })

  it.each(['AEPO_KV_CACHE_MEGABYTES', 'AEPO_THREADS'])(
    '%s that holds no number ends with code 2',
    async (variable) => {
      await initCuration(cwd, 'x.aepo.json', ['a'], SMALL)
      expect(
        await aepo(['generate', 'x.aepo.json'], { cwd, env: { [variable]: 'x' } }),
      ).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${variable} holds “x”`) as string,
      })
      expect(
        await aepo(['generate', 'x.aepo.json'], { cwd, env: { [variable]: '' } }),
      ).toMatchObject({ code: 0 })
    },
  )

  it('a reader that has read enough is no failure', async () => {
    const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    expect(await Promise.all([text(child.stderr), once(child, 'exit')])).toEqual(['', [0, null]])
  })
})
