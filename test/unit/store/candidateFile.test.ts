// Files of others' responses.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { RowFaults } from '../../../src/core/rows/promptReport'
import { FailureError } from '../../../src/shared/errors'
import { readCandidateRows } from '../../../src/store/candidateFile'
import { BrokenRowsError } from '../../../src/store/checkedRows'
import { collect } from './support/collect'
import { temporaryFolder } from '../../support/temporaryFolder'

function fileOf(name: string, content: string | Buffer): string {
  const file = path.join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}
const prompt = { messages: [{ role: 'user', content: 'Hi' }] }

describe('readCandidateRows', () => {
  const row =
    '{"prompt": "Hi", "responses": ["Hello", {"text": "Go away", "model": "m", "score": 0.25, "rank": 3}, {"text": "", "model": null, "score": null}]}\n'
  const responses = [{ text: 'Hello' }, { text: 'Go away', model: 'm', score: 0.25 }, { text: '' }]

  it.each<[string, string | Buffer]>([
    ['c.jsonl', row],
    ['c.jsonl.gz', gzipSync(row)],
    ['c.json', `[${row}]`],
    [
      'c.csv',
      'prompt;responses\nHi;"[""Hello"", {""text"": ""Go away"", ""model"": ""m"", ""score"": 0.25}, """"]"\n',
    ],
  ])('%s', async (name, content) => {
    expect(await collect(readCandidateRows(fileOf(name, content), {}))).toMatchObject([
      { prompt, responses, nulls: 0 },
    ])
  })

  it('finds the prompt under the name the curation uses, else by itself', async () => {
    const named = fileOf('c.jsonl', '{"task": "Hi", "prompt": "no", "responses": []}\n')
    expect(await collect(readCandidateRows(named, { prompt: 'task' }))).toMatchObject([{ prompt }])
    const plain = fileOf('c.jsonl', '{"prompt": "Hi", "responses": []}\n')
    expect(
      await collect(readCandidateRows(plain, { prompt: 'task', system: 'persona' })),
    ).toMatchObject([{ prompt }])
  })

  it.each<[tool: string, field: string, row: object, preferredBy: string]>([
    [
      'Label Studio',
      'data.prompt',
      {
        id: 1,
        data: { prompt: 'Hi', answer1: 'a', answer2: 'b' },
        annotations: [{ result: [{ type: 'pairwise', value: { selected: 'right' } }] }],
      },
      'annotations',
    ],
    [
      'Argilla',
      'fields.instruction',
      {
        id: 1,
        fields: { instruction: 'Hi', response_1: 'a', response_2: 'b' },
        responses: { preference: [{ value: 'response_2', user_id: 'u' }] },
      },
      'responses',
    ],
  ])('reads responses beside a prompt within an object: %s', async (_, field, row, preferredBy) => {
    const file = fileOf('c.json', JSON.stringify([row]))
    expect(await collect(readCandidateRows(file, { prompt: field }))).toMatchObject([
      {
        prompt,
        responses: [
          { text: 'a', score: 0 },
          { text: 'b', score: 1 },
        ],
        preferredBy,
      },
    ])
  })

  it('does not report options that are responses as not read', async () => {
    const row = { text: 'Hi', options: [{ id: 0, text: 'a' }], accept: [0], answer: 'accept' }
    const file = fileOf('c.jsonl', JSON.stringify({ ...row, _task_hash: 1 }))
    const rows = await collect(readCandidateRows(file, {}))
    expect(rows).toMatchObject([{ responses: [{ text: 'a', score: 1 }], notRead: ['_task_hash'] }])
  })

  it('offers a conversion for rows of an unknown shape alone', async () => {
    const failures = [
      '{"prompt": "Hi", "better": "a", "worse": "b"}',
      '{"prompt": ["a", "b"], "response": "c"}',
      '{"prompt": "a", "responses": [{"text": "c", "score": "good"}]}',
    ].map(async (row) =>
      collect(readCandidateRows(fileOf('c.jsonl', row), {})).catch((thrown: unknown) => thrown),
    )
    const remedies = (await Promise.all(failures)).map((thrown) =>
      thrown instanceof FailureError ? thrown.failure.remedy : thrown,
    )
    expect(remedies).toEqual([
      expect.stringContaining('jq -c'),
      'Correct or remove these rows; nothing was imported.',
      'Correct or remove these rows; nothing was imported.',
    ])
  })

  it('reads the instances of Self-Instruct', async () => {
    const file = fileOf(
      'c.jsonl',
      '{"instruction": "Say it.", "instances": [{"input": "a", "output": "A"}, {"input": "b", "output": "B"}]}\n',
    )
    const rows = await collect(readCandidateRows(file, {}))
    expect(rows.map(({ responses: [first] }) => first?.text)).toEqual(['A', 'B'])
  })

  it('says of one broken row that it is broken', async () => {
    const file = fileOf('c.jsonl', '{"prompt": "Hi", "responses": [7]}\n')
    await expect(collect(readCandidateRows(file, {}))).rejects.toThrow(
      /: 1 of 1 row is not a prompt with responses:/,
    )
  })

  it('says how many rows are not broken, where some are', async () => {
    const file = fileOf('c.jsonl', `${row}{"prompt": "Hi", "responses": [7]}\n${row}`)
    const failure = await collect(readCandidateRows(file, {})).catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(BrokenRowsError)
    expect(failure).toMatchObject({ others: 2 })
    const leftOut: RowFaults[] = []
    const rows = await collect(readCandidateRows(file, {}, (broken) => leftOut.push(broken)))
    expect(rows).toHaveLength(2)
    expect(leftOut).toMatchObject([{ count: 1, first: [{ line: 2 }] }])
  })

  it('fails where all rows are broken, also if they were to be left out', async () => {
    const file = fileOf('c.jsonl', '{"prompt": "Hi", "responses": [7]}\n')
    for (const onLeftOut of [undefined, () => expect.unreachable()]) {
      const failure = await collect(readCandidateRows(file, {}, onLeftOut)).catch(
        (thrown: unknown) => thrown,
      )
      expect(failure).toBeInstanceOf(FailureError)
      expect(failure).not.toBeInstanceOf(BrokenRowsError)
    }
  })

  it('lists every broken row after the last one, and how to convert the file', async () => {
    const file = fileOf(
      'c.jsonl',
      [
        row.trim(),
        '{"question": "Hi", "better": "a", "worse": "b"}',
        '{"prompt": "Hi", "responses": [7]}',
        '{"prompt": "Hi", "responses": [{"text": "t", "score": "high"}]}',
        '{"prompt": "Hi", "resp',
        row,
      ].join('\n'),
    )
    const read: unknown[] = []
    const failure = await (async () => {
      for await (const one of readCandidateRows(file, {})) read.push(one)
    })().catch((thrown: unknown) => (thrown instanceof FailureError ? thrown.failure : thrown))
    expect(read).toHaveLength(2)
    expect(failure).toMatchObject({
      code: 'bad-input',
      where: file,
      line: 2,
      message: expect.stringMatching(
        /^4 of 6 rows are not prompts with responses:\n {2}line 2: no field holds responses .*\n {2}line 3: responses\[0\] is the number 7\n {2}line 4: responses\[0\]\.score is the string "high"\n {2}line 5: /,
      ) as string,
      remedy: expect.stringContaining(
        `jq -c '{prompt: ."question", responses: [."better", ."worse"]}'`,
      ) as string,
    })
  })
})
