// Lines of JSON that hold several rows, and lines that only look so.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { loadPrompts } from '../../../src/store/promptFile'
import { temporaryFolder } from '../../support/temporaryFolder'

async function contentsOf(content: string, name = 'a.jsonl'): Promise<(string | undefined)[]> {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  const { prompts } = await loadPrompts(file, { fields: {}, table: {} })
  return prompts.map(({ messages }) => messages[0]?.content)
}

it.each([
  ['put together without a line feed', '{"prompt": "a"}{"prompt": "}{"}\n{"prompt": "c"}\n'],
  ['objects on the only line', '{"prompt": "a"} {"prompt": "}{"} {"prompt": "c"}'],
  ['a list of rows a line', '[{"prompt": "a"}, {"prompt": "}{"}]\n[{"prompt": "c"}]\n'],
])('%s', async (_, content) => {
  expect(await contentsOf(content)).toEqual(['a', '}{', 'c'])
})

it('a conversation a line is one row', async () => {
  const conversation = (text: string): string =>
    JSON.stringify([
      { speaker: 'user', text },
      { speaker: 'bot', text: 'Yes.' },
    ])
  expect(await contentsOf(`${conversation('a')}\n${conversation('b')}\n`)).toEqual(['a', 'b'])
})

it('a line that is broken behind its first object is left out as a whole', async () => {
  expect(await contentsOf('{"prompt": "a"}{"prompt": b}\n{"prompt": "c"}\n')).toEqual(['c'])
})
