// Scores of responses as data sets write them.
import * as l10n from '@vscode/l10n'
import { describeValue } from '../text/values'
import { RowFault } from './rowFault'

/** What stands where there is no score. */
const NO_SCORE = /^(|nan|null|none|n\/?a|-|[-+]?inf(inity)?)$/i

/**
 * The score as a number: also of 64-bit integers and numeric strings. undefined where there is
 * none: null, NaN, an empty string.
 * @param name for faults.
 * @throws RowFault for another value.
 */
export function scoreOf(value: unknown, name: string): number | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value)
  if (typeof value === 'string') {
    if (NO_SCORE.test(value.trim())) return undefined
    const number = Number(value)
    if (Number.isFinite(number)) return number
  }
  throw new RowFault('broken', l10n.t`${name} is ${describeValue(value)}`)
}
