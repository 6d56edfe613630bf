// The rows of a file as what they hold; the broken ones are told of together.
import type { FileFormat } from '../core/rows/fileFormat'
import { addFault, type RowFaults } from '../core/rows/promptReport'
import { expandRow } from '../core/rows/prompts'
import { openRows } from './rowFile'

type Fault = { why: string }

export interface CheckOptions<T> {
  /** What a row holds, or why it is broken. */
  read: (row: unknown, format: FileFormat) => T | Fault
  /**
   * Called after the last row if any was broken. It may throw, or let the other rows suffice.
   * @param rows number of all rows.
   */
  onBroken: (faults: RowFaults, rows: number) => void
}

/**
 * What the rows of a file hold, one at a time, without the broken ones.
 * @throws what `onBroken` throws; FailureError of the file as for prompts.
 */
export async function* checkedRows<T extends object>(
  file: string,
  { read, onBroken }: CheckOptions<T>,
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
  if (faults.count > 0) onBroken(faults, count)
}

const isFault = (found: object): found is Fault => 'why' in found
