// Files of prompts: every format gives the same rows, and every fault is told with its place.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import type { Message } from '../../../src/shared/domain'
import { loadPrompts, type PromptReading } from '../../../src/store/promptFile'
import { openRows } from '../../../src/store/rowFile'
import type { Row } from '../../../src/store/rows'
import { collect } from './support/collect'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const FIXTURES = path.join(import.meta.dirname, 'fixtures')

function fileOf(name: string, content: string | Buffer): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}
const FOUND: PromptReading = { fields: {}, table: {} }
const rowsOf = async (file: string): Promise<Row[]> => collect((await openRows(file)).rows)
const contentsOf = async (file: string): Promise<string[]> =>
  (await loadPrompts(file, FOUND)).prompts.map(({ messages }) =>
    messages.map(({ content }) => content).join('|'),
  )

const at = (line: number, prompt: string): Row => ({ row: { prompt }, line })
const text = (line: number, row: string): Row => ({ row, line })

describe('openRows', () => {
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

  const hi = { row: { prompt: 'Hi' }, line: 1 }
  it.each<[what: string, name: string, content: string | Buffer, rows: Row[]]>([
    ['a list in .jsonl', 'a.jsonl', '[{"prompt": "Hi"}, {"prompt": "Ho"}]', [hi, at(1, 'Ho')]],
    [
      'an indented list in .jsonl',
      'a.jsonl',
      '[\n  {\n    "prompt": "Hi"\n  },\n  {\n    "prompt": "Ho"\n  }\n]',
      [at(2, 'Hi'), at(5, 'Ho')],
    ],
    [
      'indented objects in .jsonl',
      'a.jsonl',
      '{\n  "prompt": "Hi"\n}\n{\n  "prompt": "Ho"\n}\n',
      [at(1, 'Hi'), at(4, 'Ho')],
    ],
    ['JSON Lines in .csv', 'a.csv', '{"prompt": "Hi"}\n{"prompt": "Ho"}\n', [hi, at(2, 'Ho')]],
    ['gzip under another ending', 'a.jsonl', gzipSync('{"prompt": "Hi"}'), [hi]],
    ['no gzip under .gz', 'a.jsonl.gz', '{"prompt": "Hi"}', [hi]],
    ['endings in capitals', 'A.JSONL.GZ', gzipSync('{"prompt": "Hi"}'), [hi]],
    ['JSON under an unknown ending', 'a.data', '{"prompt": "Hi"}', [hi]],
    [
      'dictionaries as Python prints them',
      'a.jsonl',
      `{'prompt': 'Hi'}\n{'prompt': "Ho"}\n`,
      [hi, at(2, 'Ho')],
    ],
    [
      'commas behind the lines',
      'a.jsonl',
      '{"prompt": "Hi"},\n{"prompt": "Ho"},\n',
      [hi, at(2, 'Ho')],
    ],
    [
      'NaN and Infinity, but not in strings',
      'a.jsonl',
      '{"prompt": "NaN", "score": NaN, "other": [-Infinity]}',
      [{ row: { prompt: 'NaN', score: null, other: [null] }, line: 1 }],
    ],
    [
      'rows under a key that is the only list of objects',
      'a.json',
      '{"name": "x", "tags": ["a"],\n"questions": [\n{"prompt": "Hi"},\n{"prompt": "Ho"}]}',
      [at(3, 'Hi'), at(4, 'Ho')],
    ],
    [
      'rows by their keys',
      'a.json',
      '{"q1": {"prompt": "Hi"},\n"q2": {"prompt": "Ho"}}',
      [hi, at(2, 'Ho')],
    ],
    [
      'columns of pandas',
      'a.json',
      '{"prompt": {"0": "Hi", "2": "Ho"}, "n": {"0": 1, "2": 2}}',
      [
        { row: { prompt: 'Hi', n: 1 }, line: 1 },
        { row: { prompt: 'Ho', n: 2 }, line: 2 },
      ],
    ],
    [
      'columns of datasets',
      'a.json',
      '{"prompt": ["Hi", "Ho"], "n": [1, 2]}',
      [
        { row: { prompt: 'Hi', n: 1 }, line: 1 },
        { row: { prompt: 'Ho', n: 2 }, line: 2 },
      ],
    ],
    [
      'a list of messages is one conversation',
      'a.json',
      '[{"role": "user", "content": "Hi"},\n{"role": "assistant", "content": "Ho"}]',
      [
        {
          row: [
            { role: 'user', content: 'Hi' },
            { role: 'assistant', content: 'Ho' },
          ],
          line: 1,
        },
      ],
    ],
    [
      'one row of turns',
      'a.jsonl',
      '{"dialog": ["Hi", "Ho"]}',
      [{ row: { dialog: ['Hi', 'Ho'] }, line: 1 }],
    ],
    [
      'a text file with carriage returns alone',
      'a.txt',
      'Hi\rHo\r',
      [text(1, 'Hi'), text(2, 'Ho')],
    ],
    [
      'a table with carriage returns alone',
      'a.csv',
      'id,prompt\r1,Hi\r',
      [{ row: { id: '1', prompt: 'Hi' }, line: 2 }],
    ],
    [
      'line ends within a cell',
      'a.csv',
      'id,prompt\r\n1,"a\r\nb"\r\n2,"a\nb"\r\n',
      [
        { row: { id: '1', prompt: 'a\r\nb' }, line: 3 },
        { row: { id: '2', prompt: 'a\nb' }, line: 5 },
      ],
    ],
  ])('%s', async (_, name, content, rows) => {
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
})

describe('loadPrompts', () => {
  it.each<[name: string, content: string]>([
    ['a.json', '{"train": [{"prompt": "a"}], "test": [{"prompt": "b"}]}'],
    ['b.json', '{"info": {"n": 2}, "test": ["b"], "tags": ["x"], "train": ["a"]}'],
    ['d.json', '{"Train": [{"prompt": "a"}], "Test": [{"prompt": "b"}]}'],
    ['c.json', '{"validation": [{"prompt": "a"}], "test": [{"prompt": "b"}], "note": "x"}'],
  ])('reads each part of a data set that is one JSON object: %s', async (name, content) => {
    expect((await contentsOf(fileOf(name, content))).toSorted()).toEqual(['a', 'b'])
  })

  it('reads a table whose header is longer than what is looked at first', async () => {
    const columns = Array.from({ length: 20_000 }, (_, column) => `c${column}`)
    const file = fileOf('a.csv', `prompt,${columns.join(',')}\nHi${',1'.repeat(20_000)}\n`)
    expect(await contentsOf(file)).toEqual(['Hi'])
  })

  it('uses each prompt once and counts the others', async () => {
    const file = fileOf(
      'a.jsonl',
      '{"prompt":"a"}\n{"prompt":"b"}\n{"prompt":[{"role":"user","content":"a"}]}\n{"prompt":"a","system":"s"}\n',
    )
    const { prompts, report } = await loadPrompts(file, FOUND)
    const a: Message = { role: 'user', content: 'a' }
    expect(prompts.map(({ messages }) => messages)).toEqual([
      [a],
      [{ role: 'user', content: 'b' }],
      [{ role: 'system', content: 's' }, a],
    ])
    expect(prompts[0]?.id).toBe(promptId([a]))
    expect(report.duplicates).toBe(1)
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
      const { prompts, report } = await loadPrompts(file, FOUND)
      expect(prompts).toHaveLength(100_000)
      expect(report.duplicates).toBe(0)
      expect(prompts.at(-1)?.messages).toEqual([{ role: 'user', content: `99999 ${filler}` }])
    },
    SLOW,
  )
})
