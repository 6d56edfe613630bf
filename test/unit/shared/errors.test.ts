// Failures as data: their text, and conversion of thrown values.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  describeFailure,
  failureError,
  FailureError,
  isAbort,
  toFailure,
} from '../../../src/shared/errors'

describe('describeFailure', () => {
  it('puts the place first and the remedy last', () => {
    const failure = {
      code: 'bad-input',
      message: 'This is not JSON.',
      where: 'p.jsonl',
      line: 7,
      column: 3,
      remedy: 'Remove the line.',
    } as const
    expect(describeFailure(failure)).toBe('p.jsonl:7:3: This is not JSON. Remove the line.')
    expect(describeFailure({ code: 'internal', message: 'Oh.' })).toBe('Oh.')
    expect(failureError('not-found', 'Gone.', { where: 'x' }).message).toBe('x: Gone.')
  })

  it('puts the remedy on a line of its own after a list', () => {
    const message = 'None of the rows holds a prompt:\n  line 1: prompt is null\n'
    expect(describeFailure({ code: 'bad-input', message, remedy: 'Correct them.' })).toBe(
      'None of the rows holds a prompt:\n  line 1: prompt is null.\nCorrect them.',
    )
  })
})

describe('toFailure', () => {
  it('keeps a failure', () => {
    const { failure } = failureError('busy', 'Wait.', { where: 'here' })
    expect(toFailure(new FailureError(failure), 'elsewhere')).toBe(failure)
  })

  it('converts errors of the file system', async () => {
    const thrown: unknown = await readFile('/no/such/file').catch((error: unknown) => error)
    expect(toFailure(thrown)).toMatchObject({ code: 'not-found', where: '/no/such/file' })
    expect(toFailure(thrown, 'p.jsonl')).toMatchObject({ code: 'not-found', where: 'p.jsonl' })
    const folder: unknown = await readFile('/').catch((error: unknown) => error)
    expect(toFailure(folder, '/')).toMatchObject({
      code: 'bad-input',
      message: 'This is a folder.',
      where: '/',
      remedy: 'Name a file.',
    })
    const below: unknown = await readFile(path.join(import.meta.filename, 'x')).catch(
      (error: unknown) => error,
    )
    expect(toFailure(below)).toMatchObject({
      code: 'bad-input',
      message: 'A part of the path is a file, not a folder.',
      remedy: 'Check the path.',
    })
    for (const [code, expected] of [
      ['ENOSPC', 'disk-full'],
      ['EDQUOT', 'disk-full'],
      ['EACCES', 'no-permission'],
      ['EPERM', 'no-permission'],
      ['EROFS', 'no-permission'],
      ['EWHAT', 'internal'],
    ]) {
      expect(toFailure(Object.assign(new Error('no'), { code })).code).toBe(expected)
    }
  })

  it('accepts any thrown value', () => {
    const controller = new AbortController()
    controller.abort()
    expect(toFailure(controller.signal.reason).code).toBe('cancelled')
    expect(isAbort(failureError('cancelled', 'Cancelled.'))).toBe(true)
    for (const thrown of [undefined, null, 'text', 7])
      expect(toFailure(thrown)).toEqual({
        code: 'internal',
        message: String(thrown),
        remedy: expect.any(String) as string,
      })
  })
})
