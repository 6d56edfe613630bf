// What a filter is.
import type { CallValues, Value } from './values'

export type ApplyFilter = (name: string, value: Value, args: CallValues) => Value

export interface Filter {
  /** @param apply applies another filter, by name. */
  call: (value: Value, args: CallValues, apply: ApplyFilter) => Value
}
