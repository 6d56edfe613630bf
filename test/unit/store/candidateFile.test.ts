// Files of others' responses.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import { FailureError } from '../../../src/shared/errors'
import { readCandidateRows } from '../../../src/store/candidateFile'
import { collect } from './support/collect'
import { temporaryFolder } from './support/temporaryFolder'

function fileOf(name: string, content: string | Buffer): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}
const id = promptId([{ role: 'user', content: 'Hi' }])

describe('readCandidateRows', () => {
  const row =
    '{"prompt": "Hi", "responses": ["Hello", {"text": "Go away", "model": "m", "score": 0.25, "rank": 3}, {"text": "", "model": null, "score": null}]}\n'
  const responses = [{ text: 'Hello' }, { text: 'Go away', model: 'm', score: 0.25 }, { text: '' }]

  it.each<[string, string | Buffer]>([
    ['c.jsonl', row],
    ['c.jsonl.gz', gzipSync(row)],
    ['c.json', `[${row}]`],
  ])('%s', async (name, content) => {
    expect(await collect(readCandidateRows(fileOf(name, content), {}))).toEqual([
      { promptId: id, responses },
    ])
  })

  it('finds the prompt under the name the curation uses, else by itself', async () => {
    const named = fileOf('c.jsonl', '{"task": "Hi", "prompt": "no", "responses": []}\n')
    expect(await collect(readCandidateRows(named, { prompt: 'task' }))).toEqual([
      { promptId: id, responses: [] },
    ])
    const plain = fileOf('c.jsonl', '{"prompt": "Hi", "responses": []}\n')
    expect(await collect(readCandidateRows(plain, { prompt: 'task', system: 'persona' }))).toEqual([
      { promptId: id, responses: [] },
    ])
  })

  it.each([
    '{"prompt": "Hi"}',
    '{"prompt": "Hi", "responses": "Hello"}',
    '{"prompt": "Hi", "responses": [7]}',
    '{"prompt": "Hi", "responses": [{"model": "m"}]}',
    '{"prompt": "Hi", "responses": [{"text": "t", "score": "high"}]}',
    '"Hi"',
  ])('refuses %s with file and line', async (bad) => {
    const file = fileOf('c.jsonl', `${row}${bad}\n`)
    const failure = await collect(readCandidateRows(file, {})).catch((thrown: unknown) =>
      thrown instanceof FailureError ? thrown.failure : thrown,
    )
    expect(failure).toMatchObject({
      code: 'bad-input',
      where: file,
      line: 2,
      message: 'This row is not {"prompt", "responses": [text or {"text", "model"?, "score"?}]}.',
    })
  })
})
