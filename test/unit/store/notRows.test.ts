// Files whose content is not what their name says: other encodings and formats, errors of servers.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { FailureError } from '../../../src/shared/errors'
import { loadPrompts, type LoadedPrompts } from '../../../src/store/promptFile'
import { temporaryFolder } from '../../support/temporaryFolder'

function load(name: string, content: string | Buffer): Promise<LoadedPrompts> {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return loadPrompts(file, { fields: {}, table: {} })
}

const failureOf = async (name: string, content: string | Buffer): Promise<unknown> =>
  load(name, content).catch((thrown: unknown) =>
    thrown instanceof FailureError ? thrown.failure : thrown,
  )

const utf32 = (text: string): Buffer =>
  Buffer.concat(
    Array.from(text, (character) => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(character.codePointAt(0) ?? 0)
      return bytes
    }),
  )

it.each<[what: string, content: string | Buffer, message: RegExp, remedy: RegExp]>([
  [
    'UTF-16 of Japanese without a mark',
    Buffer.from('日本語の質問\n次の質問\n', 'utf16le'),
    /UTF-16LE/,
    /iconv -f UTF-16LE/,
  ],
  [
    'UTF-16 of Chinese without a mark, with a character that has a zero byte',
    Buffer.from('提示,回答\n第一个问题,好\n', 'utf16le'),
    /UTF-16LE/,
    /iconv -f UTF-16LE/,
  ],
  [
    'UTF-16 of Chinese without a mark and without line ends, big end first',
    Buffer.from('第一个问题第二个问题', 'utf16le').swap16(),
    /UTF-16BE/,
    /iconv -f UTF-16BE/,
  ],
  [
    'UTF-16 of Russian without a mark, big end first',
    Buffer.from('кто ты?\n', 'utf16le').swap16(),
    /UTF-16BE/,
    /iconv -f UTF-16BE/,
  ],
  ['UTF-32 with a mark', utf32('\uFEFF[{"prompt": "Hi"}]'), /UTF-32LE/, /iconv -f UTF-32LE/],
  ['UTF-32 without a mark', utf32('[{"prompt": "Hi"}]'), /UTF-32LE/, /iconv -f UTF-32LE/],
  ['an error of a hub', '{"error":"Entry not found"}\n', /server, not data: “Entry/, /Fetch/],
  ['an error with a code', '{"error":{"message":"x","code":401}}', /server, not data/, /Fetch/],
  [
    'an error of a host of code',
    '{"message":"Not Found","documentation_url":"https://docs.example/rest","status":"404"}',
    /server, not data: “Not Found”/,
    /Fetch/,
  ],
  ['an error of a framework', '{"detail":"Not found."}', /server, not data/, /Fetch/],
])('%s is named, under every ending', async (_, content, message, remedy) => {
  for (const name of ['a.jsonl', 'a.json', 'a.csv', 'a.txt'])
    expect(await failureOf(name, content)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(remedy) as string,
    })
})

it.each([
  ['a.jsonl', '{"message": "Hello there"}\n', 'Hello there'],
  ['a.jsonl', '{"title": "a", "message": "b", "prompt": "c"}\n', 'c'],
  ['a.txt', 'Not found\nWhere is it?\n', 'Not found'],
  ['a.txt', 'A zero byte\nis \0 here\n', 'A zero byte'],
  ['a.jsonl', '{"prompt": "first"}\n{"prompt": "a\0b"}\n', 'first'],
])('rows that look like an error are rows: %s %s', async (name, content, first) => {
  expect((await load(name, content)).prompts[0]?.messages[0]?.content).toBe(first)
})

it('a text that is neither UTF-8 nor UTF-16 says how to convert it', async () => {
  expect(await failureOf('a.csv', Buffer.from('id,prompt\n1,Größe?\n', 'latin1'))).toMatchObject({
    line: 2,
    message: 'This line is not UTF-8.',
    remedy: expect.stringContaining('iconv') as string,
  })
})

it.each(['a.jsonl', 'a.json', 'a.ndjson'])('%s without JSON says so', async (name) => {
  expect(await failureOf(name, 'id,prompt\n1,Hi\n')).toMatchObject({
    code: 'bad-input',
    line: 1,
    message: 'This file is not JSON: it begins with “id,prompt 1,Hi”.',
    remedy: expect.stringContaining('.csv') as string,
  })
})

it.each([
  ['a.csv', '[{"prompt": "a"}, {"prompt": "b"}]'],
  ['a.txt', '[\n  {"prompt": "a"},\n  {"prompt": "b"}\n]'],
  ['a.txt', '{\n  "prompt": "a"\n}\n{\n  "prompt": "b"\n}\n'],
  ['a.csv', '[{"prompt": "a"},\n{"prompt": "b"}]\n'],
])('JSON is read under another ending: %s %#', async (name, content) => {
  const { prompts } = await load(name, content)
  expect(prompts.map(({ messages }) => messages[0]?.content)).toEqual(['a', 'b'])
})

it.each([
  '[Instruction] Write',
  '{name} is who?',
  '{"a": 1} as YAML,',
  '[1, 2, 3] in order,',
  '[{"a": 1}] as YAML,',
])('a prompt that begins with a bracket is one: %s', async (text) => {
  const { prompts, format } = await load('a.txt', `${text}\nSing.\n`)
  expect(format.kind).toBe('text')
  expect(prompts.map(({ messages }) => messages[0]?.content)).toEqual([text, 'Sing.'])
})

it.runIf(process.platform !== 'win32')('a pipe is refused, and not waited for', async () => {
  const pipe = path.join(temporaryFolder(), 'a.jsonl')
  execFileSync('mkfifo', [pipe])
  await expect(loadPrompts(pipe, { fields: {}, table: {} })).rejects.toMatchObject({
    failure: {
      code: 'bad-input',
      where: pipe,
      message: expect.stringMatching(/pipe or a device/) as string,
    },
  })
})
