// The rows of a file as what they hold; the broken ones are told of together.
import type { FileFormat } from '../core/rows/fileFormat'
import { addFault, type RowFaults } from '../core/rows/promptReport'
import { expandRow } from '../core/rows/prompts'
import { type Failure, FailureError } from '../shared/errors'
import { openRows } from './rowFile'

type Fault = { why: string }

/** Receives the broken rows of a file after its last row: the others are taken without them. */
export type OnLeftOut = (broken: RowFaults) => void

export interface CheckOptions<T> {
  /** What a row holds, or why it is broken. */
  read: (row: unknown, format: FileFormat) => T | Fault
  /**
   * The failure of a file with broken rows.
   * @param rows number of all rows.
   */
  failure: (faults: RowFaults, rows: number) => Failure
  /** In place of the failure, unless all rows are broken. */
  onLeftOut: OnLeftOut | undefined
}

/** The failure of a file of which some rows are broken, and others could be taken. */
export class BrokenRowsError extends FailureError {
  constructor(
    failure: Failure,
    /** Number of the rows that are not broken. */
    readonly others: number,
  ) {
    super(failure)
  }
}

/**
 * What the rows of a file hold, one at a time, without the broken ones. After the last one it fails
 * if any was broken and they are not left out.
 * @throws BrokenRowsError `failure`; FailureError `failure` where all rows are broken; failures of
 *   the file as for prompts.
 */
export async function* checkedRows<T extends object>(
  file: string,
  { read, failure, onLeftOut }: CheckOptions<T>,
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
  if (faults.count === 0) return
  const others = count - faults.count
  if (others === 0) throw new FailureError(failure(faults, count))
  if (!onLeftOut) throw new BrokenRowsError(failure(faults, count), others)
  onLeftOut(faults)
}

const isFault = (found: object): found is Fault => 'why' in found
