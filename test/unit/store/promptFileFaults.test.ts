// Files that hold no prompts, rows that hold none, and broken rows: each told with its place.
import { symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Failure, FailureError } from '../../../src/shared/errors'
import { loadPrompts, type LoadedPrompts, type PromptReading } from '../../../src/store/promptFile'
import { temporaryFolder } from '../../support/temporaryFolder'

const FIXTURES = path.join(import.meta.dirname, 'fixtures')
const FOUND: PromptReading = { fields: {}, table: {} }

function fileOf(name: string, content: string | Buffer): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}
const load = (name: string, content: string | Buffer, reading = FOUND): Promise<LoadedPrompts> =>
  loadPrompts(fileOf(name, content), reading)

async function failureOf(file: string, reading = FOUND): Promise<Failure> {
  try {
    await loadPrompts(file, reading)
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.failure
    throw thrown
  }
  throw new Error('no failure')
}

const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 875191\n'
const PAGE = '\n<!DOCTYPE html>\n<html><body>Not found</body></html>\n'
const CONFLICT = (row: (text: string) => string): string =>
  [row('a'), '<<<<<<< HEAD', row('b'), '=======', row('c'), '>>>>>>> theirs', ''].join('\n')

describe('files that hold no rows', () => {
  const TEXTS = ['a.jsonl', 'a.ndjson', 'a.json', 'a.csv', 'a.tsv', 'a.txt', 'a.parquet']
  it.each<[what: string, content: string | Buffer, message: RegExp, remedy: RegExp]>([
    ['a Git LFS pointer', LFS, /Git LFS pointer/, /git lfs pull/],
    ['a page in HTML', PAGE, /HTML page/, /Fetch/],
    ['an error in XML', '<?xml version="1.0"?><Error/>', /XML/, /Fetch/],
    ['UTF-16 with a mark', Buffer.from('\uFEFF{"prompt": "Hi"}', 'utf16le'), /UTF-16/, /UTF-8/],
    ['UTF-16 without a mark', Buffer.from('{"prompt": "Hi"}', 'utf16le'), /UTF-16/, /UTF-8/],
    [
      'UTF-16, big end first',
      Buffer.from('{"prompt": "Hi"}', 'utf16le').swap16(),
      /UTF-16/,
      /UTF-8/,
    ],
    ['a page in HTML after a comment', '<!-- x -->\n<html></html>', /HTML page/, /Fetch/],
    ['the error of a server of files', '404: Not Found', /error message of a server/, /Fetch/],
    ['a pointer of git-annex', '/annex/objects/MD5E-s1--00.jsonl\n', /pointer/, /Fetch/],
    ['zero bytes', Buffer.alloc(5000), /zero bytes only/, /again/],
    ['a workbook', Buffer.from('PK\x03\x04…'), /Excel/, /CSV/],
  ])('%s, under every ending', async (_, content, message, remedy) => {
    for (const name of TEXTS) {
      const file = fileOf(name, content)
      const failure = await failureOf(file)
      expect(failure).toMatchObject({ code: 'bad-input', where: file })
      expect(failure.message).toMatch(message)
      expect(failure.remedy).toMatch(remedy)
    }
  })

  it.each([
    ['a.jsonl', CONFLICT((text) => `{"prompt": "${text}"}`), 2],
    ['a.json', `[\n${CONFLICT((text) => `{"prompt": "${text}"},`)}]`, 3],
    ['a.csv', `prompt\n${CONFLICT((text) => text)}`, 3],
    ['a.csv', `id,prompt\n${CONFLICT((text) => `1,${text}`)}`, 3],
    ['a.txt', CONFLICT((text) => text), 2],
  ])('a merge conflict: %s %j', async (name, content, line) => {
    expect(await failureOf(fileOf(name, content))).toMatchObject({
      code: 'bad-input',
      line,
      message: 'This line is a marker of a merge conflict.',
      remedy: 'Resolve the conflict in the file.',
    })
  })

  it('a cell may ask about a merge conflict', async () => {
    const { prompts } = await load('a.csv', 'id,prompt\n1,"What is\n<<<<<<< HEAD\n?"\n')
    expect(prompts[0]?.messages[0]?.content).toBe('What is\n<<<<<<< HEAD\n?')
  })

  it.each<[name: string, content: string | Buffer, line: number | undefined]>([
    ['a.jsonl', '{"prompt": "a"}\n{"prompt": "b', 2],
    ['a.jsonl', '{"prompt": "a"}\n{"prompt": "b"', 2],
    ['a.json', '[{"prompt": "a"},\n{"prompt": ', 2],
    ['a.json', '[{"prompt": "a"}', 1],
    ['a.json', '{"data": [\n{"prompt": "a"},\n{"pro', 3],
    ['a.jsonl.gz', gzipSync('{"prompt": "cut off"}\n'.repeat(1000)).subarray(0, 60), undefined],
    ['a.txt', Buffer.from('a\nGrüße').subarray(0, 5), 2],
    ['a.parquet', Buffer.from('PAR1 and no end'), undefined],
    ['a.csv', 'a,prompt\n1,"x\n', 2],
    ['a.csv', Buffer.concat([Buffer.from('a,prompt\n1,x\n'), Buffer.alloc(64)]), 3],
    ['a.jsonl', Buffer.concat([Buffer.from('{"prompt": "a"}\n'), Buffer.alloc(64)]), 2],
    ['a.txt', Buffer.concat([Buffer.from('a\n'), Buffer.alloc(64)]), 2],
  ])('truncated: %s %#', async (name, content, line) => {
    const file = fileOf(name, content)
    const failure = await failureOf(file)
    expect(failure).toMatchObject({ code: 'bad-input', where: file })
    expect(failure.line).toBe(line)
    expect(failure.message).toMatch(/truncated|not closed|not written to its end/)
    expect(failure.remedy).toMatch(/again/)
  })

  it.each<[name: string, content: string | Buffer, failure: object]>([
    ['a.jsonl', '', { message: 'The file holds no rows.' }],
    ['a.jsonl', '\n \n', { message: 'The file holds no rows.' }],
    ['a.json', '[]', { message: 'The file holds no rows.' }],
    ['a.csv', 'a,prompt\n', { message: 'The file holds no rows.' }],
    [
      'a.json',
      '[\n {"prompt": "a"}\n {"prompt": "b"}\n]',
      { line: 3, column: 2, message: 'A comma is missing before this.' },
    ],
    ['a.json', '[\n{"prompt": "a"}\n]\n]', { line: 4, message: 'This bracket closes nothing.' }],
    ['a.jsonl', '['.repeat(20_000), { message: 'The value is nested more than 200 levels deep.' }],
    [
      'a.jsonl',
      Buffer.concat([
        Buffer.from('{"prompt": "a"}\n{"prompt": "caf'),
        Buffer.from([0xe9]),
        Buffer.from('"}\n'),
      ]),
      { line: 2, message: 'This line is not UTF-8.' },
    ],
    [
      'a.json',
      Buffer.from('[\n{"prompt": "caf\xe9"}]', 'latin1'),
      { line: 2, message: 'This line is not UTF-8.' },
    ],
    [
      'a.csv',
      Buffer.from('prompt\ncaf\xe9\n', 'latin1'),
      { line: 2, message: 'This line is not UTF-8.' },
    ],
    [
      'a.parquet',
      'not parquet at all',
      { message: expect.stringContaining('This Parquet file cannot be read') as string },
    ],
    [
      'a.docx',
      '',
      {
        message: 'Prompts are not read from files with this ending.',
        remedy: expect.stringContaining('jsonl, ndjson, json, csv') as string,
      },
    ],
    ['a.parquet', '', { message: 'The file holds no rows.' }],
    [
      'a.jsonl.zst',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
      { message: 'This file is a Zstandard archive.' },
    ],
    ['a.csv.bz2', 'BZh91AY', { message: 'This file is a bzip2 archive.' }],
    ['a.xlsx', 'PK\x03\x04', { message: 'This file is a ZIP archive or an Excel workbook.' }],
    ['a.feather', 'ARROW1\0\0', { message: 'This file is an Arrow file.' }],
    [
      'a.parquet.gz',
      gzipSync('PAR1'),
      { message: 'This file is a Parquet file within an archive.' },
    ],
    [
      'a.jsonl.gz',
      gzipSync(gzipSync('{"prompt": "a"}')),
      { message: 'This file is a gzip archive.', remedy: 'Unpack it with gunzip.' },
    ],
    ['a.parquet.gz', '', { message: 'Prompts are not read from files with this ending.' }],
    ['a.constructor', '', { message: 'Prompts are not read from files with this ending.' }],
  ])('%s %#', async (name, content, failure) => {
    const file = fileOf(name, content)
    expect(await failureOf(file)).toMatchObject({ code: 'bad-input', where: file, ...failure })
  })

  it('Parquet with a compression that is not known', async () => {
    const file = path.join(FIXTURES, 'prompts.lz4.parquet')
    expect(await failureOf(file)).toMatchObject({
      code: 'bad-input',
      where: file,
      remedy: 'Convert it to JSON Lines.',
    })
  })

  it.each(['a.jsonl', 'a.json', 'a.csv', 'a.txt', 'a.parquet', 'a.jsonl.gz'])(
    'a missing file: %s',
    async (name) => {
      const file = path.join(temporaryFolder(), name)
      expect(await failureOf(file)).toMatchObject({ code: 'not-found', where: file })
    },
  )

  it('a link that leads to itself', async () => {
    const file = path.join(temporaryFolder(), 'a.jsonl')
    symlinkSync(file, file)
    expect(await failureOf(file)).toMatchObject({ where: file })
  })
})

describe('rows that give no prompt', () => {
  it('are left out when they hold none, with their lines', async () => {
    const { prompts, report } = await load(
      'a.jsonl',
      '{"prompt": "a"}\n{"prompt": null}\n{"prompt": " "}\n{"prompt": []}\n{"prompt": "b"}\n',
    )
    expect(prompts).toHaveLength(2)
    expect(report.empty).toEqual({
      count: 3,
      first: [
        { line: 2, why: 'prompt is null' },
        { line: 3, why: 'prompt is empty' },
        { line: 4, why: 'prompt is empty' },
      ],
    })
  })

  it('are left out when the system message that is named is missing', async () => {
    const { prompts, report } = await load(
      'a.jsonl',
      '{"instruction": "a", "system": "s"}\n{"instruction": "b"}\n',
      { fields: { system: 'system' }, table: {} },
    )
    expect(prompts).toHaveLength(1)
    expect(report.empty.first).toEqual([
      { line: 2, why: 'there is no field “system” for the system message' },
    ])
  })

  it('are all named when they are broken, in every format', async () => {
    const broken = await load(
      'a.jsonl',
      '{"prompt": "a"}\n{"prompt": 7}\n{"prompt": "b"\n\n{"messages": [{"role": "tool"}]}\n{"prompt": "c"}\n',
    )
    expect(broken.prompts).toHaveLength(2)
    expect(broken.report.broken).toEqual({
      count: 3,
      first: [
        { line: 2, why: 'prompt is the number 7' },
        { line: 3, why: 'column 15: The closing brace } is missing.' },
        { line: 5, why: 'messages[0]: the role is "tool"' },
      ],
    })
    const list = await load('a.json', '[{"prompt": "a"},\n{"prompt": tru},\n{"prompt": "c"}]')
    expect(list.prompts).toHaveLength(2)
    expect(list.report.broken.first).toMatchObject([{ line: 2 }])
    const table = await load('a.csv', 'id,prompt\n1,a\n2\n3,c\n4,d,e\n')
    expect(table.prompts).toHaveLength(2)
    expect(table.report.broken.first).toEqual([
      { line: 3, why: 'the row has 1 cell, the table has 2 columns' },
      { line: 5, why: 'the row has 3 cells, the table has 2 columns' },
    ])
  })

  it('the first twenty are named, all are counted', async () => {
    const { report } = await load('a.jsonl', `{"prompt": "a"}\n${'{"prompt": 7}\n'.repeat(30)}`)
    expect(report.broken.count).toBe(30)
    expect(report.broken.first).toHaveLength(20)
  })

  it('are a failure without an offer of the field that was taken', async () => {
    const file = fileOf('a.jsonl', '{"messages": [{"role": "tool", "content": "x"}]}\n')
    expect(await failureOf(file)).toMatchObject({
      message: 'The only row holds no prompt:\n  line 1: messages[0]: the role is "tool"\n',
      remedy: 'Correct these rows, or choose another file.',
    })
  })

  it('are a failure when no row has the field of the system message', async () => {
    const file = fileOf('a.jsonl', '{"prompt": "a", "persona": "s"}\n')
    const failure = await failureOf(file, { fields: { system: 'system' }, table: {} })
    expect(failure.remedy).toMatch(/--system-field or as fields\.system .*: persona\./)
  })

  it('are a failure when there are no others, which names the fields to choose from', async () => {
    const file = fileOf('a.csv', 'goal,target\nSing,Sure\nDance,Sure\n')
    const failure = await failureOf(file)
    expect(failure).toMatchObject({ code: 'bad-input', where: file, line: 2 })
    expect(failure.message).toContain('None of the 2 rows holds a prompt:')
    expect(failure.remedy).toBe(
      'Name the field of the prompt, with --prompt-field or as fields.prompt in the curation file: goal.',
    )
    const { prompts } = await loadPrompts(file, { fields: { prompt: 'goal' }, table: {} })
    expect(prompts).toHaveLength(2)
  })
})
