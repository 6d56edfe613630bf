// What New Curation… shows of a file of prompts before it creates the curation.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { readPrompts, type ReadPrompts } from '../../../src/host/newCuration/readPrompts'
import { NO_PROMPTS } from '../../../src/host/questions/promptAnswers'
import { temporaryFolder } from '../../support/temporaryFolder'

let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})

function read(text: string, fields: { prompt?: string } = {}): Promise<ReadPrompts> {
  const file = path.join(folder, 'prompts.jsonl')
  writeFileSync(file, text)
  return readPrompts({ ...NO_PROMPTS, file, fields })
}

const lines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

test('the first three prompts, how many there are, and what was left out', async () => {
  const rows = ['one', 'two', 'three', 'four', 'one'].map((prompt) => ({ prompt }))
  const { prompts, first, notes } = await read(`${lines(...rows)}{"prompt": \n`)
  expect(prompts).toBe(4)
  expect(first.map(({ label }) => label)).toEqual(
    ['one', 'two', 'three'].map((text) => `$(comment) ${text}`),
  )
  expect(notes).toEqual([
    '$(info) Format: JSON Lines.',
    '$(info) Prompt: prompt.',
    '$(warning) 1 duplicate prompt is used once.',
    '$(warning) 1 row is broken and is left out.',
    '$(blank) line 6: column 12: A value is expected here.',
  ])
})

test('system prompt, turns, and a long text that holds an icon of VS Code', async () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello.' },
    { role: 'assistant', content: 'Hello!' },
    { role: 'user', content: `$(sync~spin)\n${'x'.repeat(200)}` },
  ]
  const { first } = await read(lines({ messages }))
  expect(first).toEqual([
    {
      label: `$(comment) \\$(sync~spin) ${'x'.repeat(87)}…`,
      description: '3 turns',
      detail: 'System message: Be brief.',
    },
  ])
})

test('no prompt where the field does not hold one, and why', async () => {
  const { prompts, notes } = await read(lines({ id: 1, text: 'x' }), { prompt: 'id' })
  expect(prompts).toBe(0)
  expect(notes.join(' ')).toContain('left out')
})

test('a file that cannot be read', async () => {
  const { prompts, notes } = await read('')
  expect(prompts).toBe(0)
  expect(notes).toEqual([expect.stringContaining('The file holds no rows.')])
})
