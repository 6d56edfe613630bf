// Files of rows are read in chunks, and let go when nobody reads on.
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { openRows } from '../../../src/store/rowFile'
import { collect } from './support/collect'
import { temporaryFolder } from '../../support/temporaryFolder'

function fileOf(name: string, content: string): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}

/** Whether this process has the file open. */
const isOpen = (file: string): boolean =>
  readdirSync('/proc/self/fd').some((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === file
    } catch {
      return false // closed meanwhile
    }
  })

it('reads characters that lie across the chunks of reading', async () => {
  const prompts = Array.from({ length: 40 }, (_, i) => '🙂'.repeat(20_000 + i))
  const rows = await collect((await openRows(fileOf('a.txt', prompts.join('\n')))).rows)
  expect(rows.map(({ row }) => row)).toEqual(prompts)
})

it.each([
  ['a.csv', `prompt\n${'x\n'.repeat(50_000)}`],
  ['a.jsonl', '{"prompt":"x"}\n'.repeat(50_000)],
])('lets go of %s when the reader stops early', async (name, content) => {
  const file = fileOf(name, content)
  for await (const { line } of (await openRows(file)).rows) {
    expect(isOpen(file)).toBe(true)
    if (line >= 3) break
  }
  // an error of the stream that comes late would end the process here
  await vi.waitFor(() => expect(isOpen(file)).toBe(false))
})
