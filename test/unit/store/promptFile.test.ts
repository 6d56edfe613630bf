// Files of prompts: every format gives the same rows, and every fault is told with its place.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import type { Message } from '../../../src/shared/domain'
import { FailureError } from '../../../src/shared/errors'
import { fieldNames, loadPrompts, readPromptRows } from '../../../src/store/promptFile'
import { collect } from './support/collect'
import { SLOW } from './support/slow'
import { temporaryFolder } from './support/temporaryFolder'

const FIXTURES = path.join(import.meta.dirname, 'fixtures')

function fileOf(name: string, content: string | Buffer): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}
const rowsOf = (file: string): Promise<{ row: unknown; line: number }[]> =>
  collect(readPromptRows(file))
const contentsOf = async (file: string): Promise<string[]> =>
  (await loadPrompts(file, {})).prompts.map(({ messages }) =>
    messages.map(({ content }) => content).join('|'),
  )
const failureOf = async (file: string): Promise<unknown> =>
  loadPrompts(file, {}).then(
    () => 'no failure',
    (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure : thrown),
  )

describe('readPromptRows', () => {
  const two = [
    { row: { prompt: 'Hi' }, line: 1 },
    { row: { prompt: 'Grüße 🙂\n' }, line: 3 },
  ]
  const jsonl = '{"prompt":"Hi"}\r\n\n{"prompt":"Grüße 🙂\\n"}'
  it.each<[name: string, content: string | Buffer, rows: { row: unknown; line: number }[]]>([
    ['a.jsonl', jsonl, two],
    ['a.ndjson', `\uFEFF${jsonl}`, two],
    ['a.jsonl.gz', gzipSync(jsonl), two],
    ['A.JSONL', jsonl, two],
    ['lines.json', jsonl, two],
    [
      'list.json',
      '[\n  {"prompt": "Hi"}, {"prompt": "a, ]\\"[{"},\n\n  "plain", ["x", {"y": "]"}], 7\n]',
      [
        { row: { prompt: 'Hi' }, line: 2 },
        { row: { prompt: 'a, ]"[{' }, line: 2 },
        { row: 'plain', line: 4 },
        { row: ['x', { y: ']' }], line: 4 },
        { row: 7, line: 4 },
      ],
    ],
    [
      'quotes.json',
      '[{"prompt": "\\\\"},\n{"prompt": "\\\\\\""}]',
      [
        { row: { prompt: '\\' }, line: 1 },
        { row: { prompt: '\\"' }, line: 2 },
      ],
    ],
    [
      'held.json',
      '{\n  "version": "1",\n  "data": [\n    {"prompt": "Hi"},\n    {"prompt": "Ho"}\n  ]\n}',
      [
        { row: { prompt: 'Hi' }, line: 4 },
        { row: { prompt: 'Ho' }, line: 5 },
      ],
    ],
    ['heldInOneLine.json', '{"data": [{"prompt": "Hi"}]}', [{ row: { prompt: 'Hi' }, line: 1 }]],
    [
      'single.json',
      '{"messages": [\n{"role": "user", "content": "Hi"}]}',
      [{ row: { messages: [{ role: 'user', content: 'Hi' }] }, line: 1 }],
    ],
    [
      'a.csv',
      'id,prompt\n1,Hi\n2,"say ""Hi"",\nplease"\n\n3,a "b" c\n',
      [
        { row: { id: '1', prompt: 'Hi' }, line: 2 },
        { row: { id: '2', prompt: 'say "Hi",\nplease' }, line: 4 },
        { row: { id: '3', prompt: 'a "b" c' }, line: 6 },
      ],
    ],
    ['a.csv.gz', gzipSync('\uFEFFprompt\r\nHi\r\n'), [{ row: { prompt: 'Hi' }, line: 2 }]],
    ['a.tsv', 'id\tprompt\n1\tHi, there\n', [{ row: { id: '1', prompt: 'Hi, there' }, line: 2 }]],
    [
      'a.txt',
      'Hi\r\n\r\n  \nGrüße 🙂',
      [
        { row: 'Hi', line: 1 },
        { row: 'Grüße 🙂', line: 4 },
      ],
    ],
  ])('%s', async (name, content, rows) => {
    expect(await rowsOf(fileOf(name, content))).toEqual(rows)
  })

  it.each(
    readdirSync(FIXTURES).filter((name) =>
      /^prompts\.(snappy|gzip|zstd|brotli)\.parquet$/.test(name),
    ),
  )('%s, over row groups', async (name) => {
    expect(await contentsOf(path.join(FIXTURES, name))).toEqual(['Hi', 'Grüße 🙂', 'two\nlines'])
    expect((await rowsOf(path.join(FIXTURES, name))).map(({ line }) => line)).toEqual([1, 2, 3])
  })

  it('Parquet with lists of messages', async () => {
    expect(await contentsOf(path.join(FIXTURES, 'messages.parquet'))).toEqual([
      'Be brief.|Hi',
      'Why?',
    ])
  })

  it('reads characters that lie across the chunks of reading', async () => {
    const prompts = Array.from({ length: 40 }, (_, i) => '🙂'.repeat(20_000 + i))
    expect(await contentsOf(fileOf('a.txt', prompts.join('\n')))).toEqual(prompts)
  })

  it('lets go of the file when the reader stops early', async () => {
    for (const name of ['a.csv', 'a.jsonl']) {
      const file = fileOf(
        name,
        name === 'a.csv' ? `prompt\n${'x\n'.repeat(50_000)}` : '{"prompt":"x"}\n'.repeat(50_000),
      )
      for await (const { line } of readPromptRows(file)) if (line >= 3) break
    }
    // a late error of the stream would end the process here
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('faults in files of prompts', () => {
  const sevenLines = Array.from({ length: 7 }, (_, i) => `{"prompt": "p${i}"}`)
  const brokenSeventh = [...sevenLines.slice(0, 6), '{"prompt": "p6"'].join('\n')
  it.each<[name: string, content: string | Buffer, failure: object]>([
    [
      'broken JSON on line 7',
      brokenSeventh,
      { line: 7, column: 16, message: 'The closing brace } is missing.' },
    ],
    [
      'not UTF-8',
      Buffer.concat([
        Buffer.from(`${sevenLines.join('\n')}\n{"prompt": "caf`),
        Buffer.from([0xe9]),
        Buffer.from('"}'),
      ]),
      { line: 8, message: 'This line is not UTF-8.' },
    ],
    [
      'no prompt field',
      `${sevenLines.join('\n')}\n{"chosen": "a", "rejected": "b"}`,
      {
        line: 8,
        message: 'No field of this row is known to hold a prompt.',
        remedy: 'Set fields.prompt to one of: chosen, rejected.',
      },
    ],
    ['nothing', '', { message: 'The file holds no rows.' }],
    ['nothing but blank lines', '\n \n', { message: 'The file holds no rows.' }],
  ])('JSONL: %s', async (_, content, failure) => {
    const file = fileOf('prompts.jsonl', content)
    expect(await failureOf(file)).toMatchObject({
      code: 'bad-input',
      where: file,
      remedy: expect.any(String) as string,
      ...failure,
    })
  })

  it.each<[name: string, content: string | Buffer, failure: object]>([
    [
      'a.json',
      '[\n {"prompt": "a"}\n {"prompt": "b"}\n]',
      { line: 3, column: 2, message: 'A comma is missing before this.' },
    ],
    [
      'a.json',
      '[{"prompt": "a"}',
      { line: 1, column: 17, message: 'The closing bracket ] is missing.' },
    ],
    ['a.json', brokenSeventh, { line: 7, column: 16 }],
    ['a.json', '[]', { message: 'The file holds no rows.' }],
    [
      'a.json',
      '[{"prompt": "a"},\n{"x": 1, "y": 2}]',
      { line: 2, message: 'No field of this row is known to hold a prompt.' },
    ],
    ['a.csv', 'a,prompt\n1,x\n1\n', { line: 3 }],
    [
      'a.csv',
      'a,prompt\n1,"x\n',
      { message: expect.stringContaining('Quote Not Closed') as string },
    ],
    ['a.csv', 'a,prompt\n', { message: 'The file holds no rows.' }],
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
      'a.jsonl.gz',
      '{"prompt": "not compressed"}',
      { message: 'This is not a complete gzip file.' },
    ],
    [
      'a.jsonl.gz',
      gzipSync('{"prompt": "cut off"}\n'.repeat(1000)).subarray(0, 60),
      { message: 'This is not a complete gzip file.' },
    ],
    [
      'a.docx',
      '',
      {
        message: 'Prompts are not read from files with this ending.',
        remedy: expect.stringContaining('jsonl, ndjson, json, csv') as string,
      },
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

describe('loadPrompts', () => {
  it('uses each prompt once and counts the others', async () => {
    const file = fileOf(
      'a.jsonl',
      '{"prompt":"a"}\n{"prompt":"b"}\n{"prompt":[{"role":"user","content":"a"}]}\n{"prompt":"a","system":"s"}\n',
    )
    const { prompts, duplicates } = await loadPrompts(file, {})
    const a: Message = { role: 'user', content: 'a' }
    expect(prompts.map(({ messages }) => messages)).toEqual([
      [a],
      [{ role: 'user', content: 'b' }],
      [{ role: 'system', content: 's' }, a],
    ])
    expect(prompts[0]?.id).toBe(promptId([a]))
    expect(duplicates).toBe(1)
  })

  it(
    'reads 100,000 prompts',
    async () => {
      const file = path.join(temporaryFolder(), 'many.jsonl')
      const stream = createWriteStream(file)
      const filler = createHash('sha512').update('x').digest('hex')
      for (let i = 0; i < 100_000; i++) stream.write(`{"prompt":"${i} ${filler}"}\n`)
      stream.end()
      await once(stream, 'finish')
      const { prompts, duplicates } = await loadPrompts(file, {})
      expect(prompts).toHaveLength(100_000)
      expect(duplicates).toBe(0)
      expect(prompts.at(-1)?.messages).toEqual([{ role: 'user', content: `99999 ${filler}` }])
    },
    SLOW,
  )
})

describe('fieldNames', () => {
  it('lists the fields of the first rows', async () => {
    expect(
      await fieldNames(fileOf('a.jsonl', '{"id":1,"prompt":"a"}\n{"prompt":"b","system":"s"}\n')),
    ).toEqual(['id', 'prompt', 'system'])
    expect(await fieldNames(fileOf('a.csv', 'id,question\n1,x\n'))).toEqual(['id', 'question'])
    expect(await fieldNames(fileOf('a.txt', 'Hi\n'))).toEqual([])
  })

  it('does not mind what is wrong further down', async () => {
    expect(await fieldNames(fileOf('a.jsonl', `${'{"prompt":"a"}\n'.repeat(20)}broken`))).toEqual([
      'prompt',
    ])
  })
})
