// Damaged files of prompts: cut, overwritten or mixed in any way, they are read or named as what
// they are; they never end in an error of the program.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FailureError } from '../../../src/shared/errors'
import { loadPrompts, type PromptReading } from '../../../src/store/promptFile'
import { temporaryFolder } from '../../support/temporaryFolder'

const FOUND: PromptReading = { fields: {}, table: {} }
const ROWS = [
  { id: 1, prompt: 'Grüße 🙂', tags: ['a', '"b"'], score: 0.5 },
  { id: 2, prompt: 'two\nlines', tags: [], score: null },
  { id: 3, prompt: [{ role: 'user', content: 'Hi' }], tags: [[1]], score: -1 },
]
const JSON_LINES = ROWS.map((row) => `${JSON.stringify(row)}\n`).join('')

const FILES: Readonly<Record<string, Buffer>> = {
  'a.jsonl': Buffer.from(JSON_LINES),
  'a.json': Buffer.from(JSON.stringify({ version: 1, data: ROWS }, null, 2)),
  'list.json': Buffer.from(JSON.stringify(ROWS)),
  'a.csv': Buffer.from('id;prompt;score\r\n1;"Grüße; ""du""";2\r\n2;"two\r\nlines";3\r\n'),
  'a.txt': Buffer.from('Grüße 🙂\r\nHi\r\n'),
  'a.jsonl.gz': gzipSync(JSON_LINES),
  'a.parquet': readFileSync(path.join(import.meta.dirname, 'fixtures/prompts.gzip.parquet')),
}

it.each(Object.entries(FILES))('%s', async (name, content) => {
  const file = path.join(temporaryFolder(), name)
  await fc.assert(
    fc.asyncProperty(
      fc.nat(content.length),
      fc.nat(content.length),
      fc.uint8Array({ maxLength: 6 }),
      async (one, other, inserted) => {
        const [start, end] = one < other ? [one, other] : [other, one]
        writeFileSync(
          file,
          Buffer.concat([content.subarray(0, start), inserted, content.subarray(end)]),
        )
        const outcome = await loadPrompts(file, FOUND).catch((thrown: unknown) => thrown)
        if (outcome instanceof FailureError)
          expect(outcome.failure).toMatchObject({
            code: 'bad-input',
            where: file,
            remedy: expect.any(String) as string,
          })
        else expect(outcome).toMatchObject({ prompts: expect.any(Array) as unknown[] })
      },
    ),
    { numRuns: 150 },
  )
})
