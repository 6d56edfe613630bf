// What values of options several commands refuse.
import * as l10n from '@vscode/l10n'
import { ANNOTATOR_NAME } from '../core/formats/judgeSettings'
import { UsageError } from './command'

/** @throws UsageError */
export function mustBeCount(option: string, value: number | undefined): void {
  if (value !== undefined && (!Number.isInteger(value) || value < 0))
    throw new UsageError(l10n.t`--${option} takes a whole number from 0 on, not “${value}”.`)
}

/**
 * @param value the name of an annotator.
 * @throws UsageError
 */
export function mustBeName(option: string, value: string | undefined): void {
  if (value !== undefined && !ANNOTATOR_NAME.test(value))
    throw new UsageError(
      l10n.t`--${option} becomes a file name: it takes letters, digits, “.”, “_” and “-” only.`,
    )
}
