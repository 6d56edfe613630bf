// What a terminal is given, and what it gives.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { aepo, temporaryFolder } from '../support/command'

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
})

const write = (name: string, content: string): void => writeFileSync(path.join(cwd, name), content)
const rows = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')

it('gives the terminal no escape sequence of a file, in whichever sentence', async () => {
  write('p.jsonl', rows([{ prompt: '\u001b[2Jgone' }, { prompt: 'x', '\u001b]0;t\u0007': 1 }]))
  write('q.jsonl', rows([{ '\u001b[2J': 'a', b: 'c' }]))
  const found = await aepo(['init', 'x.aepo.json', '--prompts', 'p.jsonl', '--dry-run'], { cwd })
  const refused = await aepo(['init', 'x.aepo.json', '--prompts', 'q.jsonl'], { cwd })
  expect([found.code, refused.code]).toEqual([0, 1])
  const printed = [found, refused].flatMap(({ stdout, stderr }) => [stdout, stderr]).join('')
  expect(printed).not.toContain('\u001b')
  expect(printed).toContain('\\u001b[2Jgone')
})

it('a name that starts with a dash is told how to give', async () => {
  const { code, stderr } = await aepo(['status', '-x.aepo.json'], { cwd })
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('A file whose name starts with “-” is given as ./-x.aepo.json.'),
  ])
})
