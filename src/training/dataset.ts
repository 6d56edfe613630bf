// The check of a DPO data set before a run is launched: TRL trains on mixed rows without a word.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { jsonOfLine, splitLines } from '../core/formats/lines'
import { dpoRowSchema } from '../core/formats/records'
import { failureError, FailureError, toFailure } from '../shared/errors'

/** Rows a preference run needs at least: with one there is nothing to learn from. */
const FEWEST_ROWS = 2

export interface CheckedDataset {
  rows: number
  /** Hex SHA-256 of the file's bytes. */
  sha256: string
}

/**
 * Reads the whole file, one row at a time.
 * @throws FailureError `bad-input` that names the row, `not-found` when the file is missing.
 */
export async function checkDataset(path: string): Promise<CheckedDataset> {
  const hash = createHash('sha256')
  const stream = createReadStream(path)
  let rows = 0
  try {
    for await (const { bytes, number, isTerminated } of splitLines(stream)) {
      hash.update(bytes)
      if (isTerminated) hash.update('\n')
      if (bytes.toString().trim() === '') continue
      checkRow(jsonOfLine(bytes), path, number)
      rows++
    }
  } catch (thrown) {
    throw new FailureError(toFailure(thrown, path))
  } finally {
    stream.destroy()
  }
  if (rows < FEWEST_ROWS) {
    throw failureError(
      'bad-input',
      `The data set has ${rows === 0 ? 'no rows' : 'one row'}; a run needs at least ${FEWEST_ROWS}.`,
      {
        where: path,
        remedy: 'Label more selections first: a tie, both bad and skip make no row.',
      },
    )
  }
  return { rows, sha256: hash.digest('hex') }
}

function checkRow(value: unknown, where: string, line: number): void {
  if (value === undefined)
    throw failureError('bad-input', 'This row is not JSON.', {
      where,
      line,
      remedy: 'Export the data set again.',
    })
  const parsed = dpoRowSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const key = issue?.path.join('.') ?? ''
    throw failureError(
      'bad-input',
      `This row is not a preference row${key ? ` (${key})` : ''}: ${issue?.message ?? 'wrong shape'}.`,
      {
        where,
        line,
        remedy: 'prompt, chosen and rejected must all be lists of {role, content}.',
      },
    )
  }
  if (JSON.stringify(parsed.data.chosen) === JSON.stringify(parsed.data.rejected)) {
    throw failureError('bad-input', 'chosen and rejected are the same in this row.', {
      where,
      line,
      remedy: 'Remove the row.',
    })
  }
}
