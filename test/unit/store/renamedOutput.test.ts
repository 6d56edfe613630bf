// The data set of a curation file that was renamed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { outputOfEarlierName, renameOutput } from '../../../src/store/renamedOutput'
import { temporaryFolder } from '../../support/temporaryFolder'

let folder: string
const inside = (name: string): string => path.join(folder, name)

/** `trees.aepo.json`, with this data set, is now called `plants.aepo.json`. */
function renamed(settings: object, dataSet: string): [earlier: string, file: string] {
  const text = JSON.stringify({ version: 1, prompts: 'p.jsonl', ...settings }, null, 2)
  writeFileSync(inside('plants.aepo.json'), text)
  mkdirSync(path.dirname(inside(dataSet)), { recursive: true })
  writeFileSync(inside(dataSet), 'rows\n')
  return [inside('trees.aepo.json'), inside('plants.aepo.json')]
}

beforeEach(() => {
  folder = temporaryFolder()
})

test('gets the new name, and so does `output`; all else in the file stays', async () => {
  const files = renamed(
    { output: 'out/trees.dpo.jsonl', sampling: { n: 4 } },
    'out/trees.dpo.jsonl',
  )
  const before = readFileSync(files[1], 'utf8')
  const output = await outputOfEarlierName(...files)
  expect(output).toEqual({
    from: inside('out/trees.dpo.jsonl'),
    to: inside('out/plants.dpo.jsonl'),
    output: 'out/plants.dpo.jsonl',
  })
  if (output) await renameOutput(files[1], output)
  expect(readFileSync(files[1], 'utf8')).toBe(before.replace('trees', 'plants'))
  expect(readFileSync(inside('out/plants.dpo.jsonl'), 'utf8')).toBe('rows\n')
  expect(existsSync(inside('out/trees.dpo.jsonl'))).toBe(false)
})

test('needs no change of a file that does not name it', async () => {
  const files = renamed({}, 'trees.dpo.jsonl')
  expect(await outputOfEarlierName(...files)).toMatchObject({
    to: inside('plants.dpo.jsonl'),
    output: null,
  })
})

test('keeps a name of its own, and does not replace a file', async () => {
  expect(await outputOfEarlierName(...renamed({ output: 'mine.jsonl' }, 'mine.jsonl'))).toBeNull()
  const files = renamed({}, 'trees.dpo.jsonl')
  writeFileSync(inside('plants.dpo.jsonl'), '')
  expect(await outputOfEarlierName(...files)).toBeNull()
})
