// The rows of a file as what they hold; the broken ones are refused together.
import type { FileFormat } from '../core/rows/fileFormat'
import { addFault, type RowFaults } from '../core/rows/promptReport'
import { expandRow } from '../core/rows/prompts'
import type { FailureError } from '../shared/errors'
import { openRows } from './rowFile'

type Fault = { why: string }

export interface CheckOptions<T> {
  /** What a row holds, or why it is broken. */
  read: (row: unknown, format: FileFormat) => T | Fault
  /** @param rows number of all rows. */
  failure: (faults: RowFaults, rows: number) => FailureError
}

/**
 * What the rows of a file hold, one at a time; fails after the last one if any row was broken.
 * @throws FailureError `failure`; failures of the file as for prompts.
 */
export async function* checkedRows<T extends object>(
  file: string,
  { read, failure }: CheckOptions<T>,
): AsyncGenerator<T> {
  const faults: RowFaults = { count: 0, first: [] }
  let count = 0
  const { rows, format } = await openRows(file)
  for await (const { row, line, broken } of rows) {
    for (const one of broken === undefined ? expandRow(row) : [undefined]) {
      count++
      const found = broken === undefined ? read(one, format) : { why: broken }
      if (isFault(found)) addFault(faults, line, found.why)
      else yield found
    }
  }
  if (faults.count > 0) throw failure(faults, count)
}

const isFault = (found: object): found is Fault => 'why' in found
