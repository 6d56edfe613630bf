// The check before a launch: what is refused, and that the message names the row.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { toFailure } from '../../../src/shared/errors'
import { checkDataset } from '../../../src/training/dataset'

const user = [{ role: 'user', content: 'Why?' }]
const answer = (content: string): object[] => [{ role: 'assistant', content }]
const good = JSON.stringify({ prompt: user, chosen: answer('Because.'), rejected: answer('No.') })

let file: string
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), 'aepo-dataset-')), 'd.jsonl')
})

describe('checkDataset', () => {
  it('gives the number of rows and the hash of the bytes', async () => {
    writeFileSync(file, `${good}\n\n${good}\n`)
    expect(await checkDataset(file)).toEqual({
      rows: 2,
      sha256: createHash('sha256').update(`${good}\n\n${good}\n`).digest('hex'),
    })
  })

  it('takes a line feed alone for the end of a row', async () => {
    const odd = JSON.stringify({
      prompt: user,
      chosen: answer('One.\u2028Two.\u2029Three.\u0085Four.'),
      rejected: answer('No.'),
    })
    writeFileSync(file, `${odd}\r\n${good}`)
    expect(await checkDataset(file)).toEqual({
      rows: 2,
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    })
  })

  it.each([
    ['no rows', '', undefined, /no rows; a run needs at least 2/],
    ['one row', `${good}\n`, undefined, /one row; a run needs at least 2/],
    ['a row that is not JSON', `${good}\n${good}\n{"prompt": \n`, 3, /not JSON/],
    [
      'a row of plain strings among conversations',
      `${good}\n${JSON.stringify({ prompt: 'Why?', chosen: 'a', rejected: 'b' })}\n`,
      2,
      /not a preference row \(prompt\)/,
    ],
    [
      'a row without rejected',
      `${JSON.stringify({ prompt: user, chosen: answer('a') })}\n${good}\n`,
      1,
      /not a preference row \(rejected\)/,
    ],
    [
      'a row with an empty answer list',
      `${good}\n${JSON.stringify({ prompt: user, chosen: [], rejected: answer('b') })}\n`,
      2,
      /not a preference row \(chosen\)/,
    ],
    [
      'chosen that is rejected',
      `${good}\n${JSON.stringify({ prompt: user, chosen: answer('a'), rejected: answer('a') })}\n`,
      2,
      /the same/,
    ],
  ])('refuses %s', async (_, text, line, message) => {
    writeFileSync(file, text)
    const failure = await checkDataset(file).then(
      () => undefined,
      (thrown: unknown) => toFailure(thrown),
    )
    expect(failure).toMatchObject({
      code: 'bad-input',
      where: file,
      message: expect.stringMatching(message) as unknown,
      remedy: expect.any(String) as unknown,
      ...(line === undefined ? {} : { line }),
    })
  })

  it('refuses a file that is not there', async () => {
    await expect(checkDataset(file)).rejects.toMatchObject({
      failure: { code: 'not-found', where: file },
    })
  })
})
