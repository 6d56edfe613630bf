// The filters of `value | filter`.
import type { Filter } from './filter'
import { SEQUENCE_FILTERS } from './sequenceFilters'
import { TEXT_FILTERS } from './textFilters'
import { type CallValues, JinjaError, type Value } from './values'

const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...Object.entries(TEXT_FILTERS),
  ...Object.entries(SEQUENCE_FILTERS),
])

/** @throws JinjaError if there is no such filter, or as the filter of Jinja does. */
export function applyFilter(name: string, value: Value, args: CallValues): Value {
  const filter = FILTERS.get(name)
  if (!filter) throw new JinjaError(`No filter named '${name}'.`)
  return filter.call(value, args, applyFilter)
}
