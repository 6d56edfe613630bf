// Prompts that are added to a curation: read back as they were given, each once.
import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import { addPrompts } from '../../../src/curation/prompts/addPrompts'
import { importPrompts } from '../../../src/curation/prompts/importPrompts'
import type { Message, Prompt } from '../../../src/shared/domain'
import { CurationFolder } from './support/curationFolder'

const prompt = (...messages: Message[]): Prompt => ({ id: promptId(messages), messages })
const user = (content: string): Message => ({ role: 'user', content })
const system = (content: string): Message => ({ role: 'system', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

const LOOKS_LIKE_MESSAGES = prompt(
  user('[{"role": "user", "content": "a text that looks like messages"}]'),
)

const NEW = [
  prompt(user('two')),
  prompt(system('Be brief.'), user('three')),
  prompt(user('Name a tree.'), assistant('Oak.'), user('Another one.')),
  prompt(system('Be kind.'), user('Hello.'), assistant('Hello!'), user('Who are you?')),
  LOOKS_LIKE_MESSAGES,
]

it.each([
  ['found by name', {}, { prompt: 'one' }],
  ['named', { fields: { prompt: 'question' } }, { question: 'one' }],
  [
    'named for both',
    { fields: { prompt: 'question', system: 'role' } },
    { question: 'one', role: '' },
  ],
])('are read back from fields that are %s', async (_, settings, row) => {
  const folder = new CurationFolder([], settings)
  folder.write('prompts.jsonl', JSON.stringify(row)) // without a line feed at the end
  const before = await folder.open()
  expect(await addPrompts(before, [...NEW, ...NEW, ...before.prompts])).toEqual({
    added: NEW.length,
    duplicates: NEW.length + 1,
  })
  const { prompts } = await folder.open()
  expect(prompts).toEqual([...before.prompts, ...NEW])
  expect(await addPrompts(await folder.open(), NEW)).toEqual({ added: 0, duplicates: NEW.length })
})

const LINES = prompt(user('two, "three"\nfour'))

it.each([
  ['a list in JSON', 'p.json', '[{"question": "one"}]', /^\[{"question": "one"},/],
  [
    'an indented list',
    'p.json',
    '[\n  {"prompt": "one"}\n]\n',
    /^\[\n {2}{"prompt": "one"},\n {2}{/,
  ],
  ['objects over several lines', 'p.json', '{\n "prompt": "one"\n}\n', /^{\n/],
  ['plain text', 'p.txt', 'one', /^one\ntwo\n/],
  [
    'a table',
    'p.csv',
    'id;prompt;system\n1;one;\n',
    /^id;prompt;system\n1;one;\n;two;\n;three;Be brief\.\n/,
  ],
  ['a table without a column for system messages', 'p.tsv', 'id\tquestion\n1\tone\n', /\n\ttwo\n/],
  ['one column', 'p.csv', 'prompt\none\n', /^prompt\none\ntwo\n/],
])('are read back from %s', async (_, name, content, start) => {
  const folder = new CurationFolder([], {})
  folder.write(name, content)
  folder.set({ prompts: name })
  const before = await folder.open()
  const added = [...NEW, LINES]
  expect(await addPrompts(before, added)).toEqual({ added: added.length, duplicates: 0 })
  expect((await folder.open()).prompts).toEqual([...before.prompts, ...added])
  expect(folder.read(name)).toMatch(start)
})

it.each([
  ['p.json', '{"data": [{"prompt": "one"}], "version": 1}'],
  ['p.jsonl.gz', gzipSync('{"prompt": "one"}\n')],
])('are refused by a file that takes no rows: %s', async (name, content) => {
  const folder = new CurationFolder([], {})
  writeFileSync(folder.inside(name), content)
  folder.set({ prompts: name })
  await expect(addPrompts(await folder.open(), NEW)).rejects.toMatchObject({
    failure: { code: 'bad-input', where: folder.inside(name) },
  })
  expect(readFileSync(folder.inside(name))).toEqual(Buffer.from(content))
})

it('writes imported prompts to a folder that does not exist yet', async () => {
  const folder = new CurationFolder([])
  const from = folder.writeRows('from.jsonl', [{ prompt: 'one' }])
  await importPrompts(from, folder.inside('new/folder/p.jsonl'), { fields: {}, table: {} })
  expect(folder.read('new/folder/p.jsonl')).toBe('{"prompt":"one"}\n')
})

it.each([
  ['looks like messages', LOOKS_LIKE_MESSAGES],
  [
    'looks like a transcript',
    prompt(user('Human: Name a tree.\n\nAssistant: Oak.\n\nHuman: Why?')),
  ],
])('a text that %s is imported as what it is', async (_, { id, messages }) => {
  const folder = new CurationFolder([])
  const from = folder.writeRows('from.jsonl', [{ prompt: messages }])
  await importPrompts(from, folder.inside('prompts.jsonl'), { fields: {}, table: {} })
  expect((await folder.open()).prompts).toEqual([{ id, messages }])
})
