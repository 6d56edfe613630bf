// What values of options mean, and which of them several commands refuse.
import * as l10n from '@vscode/l10n'
import { ANNOTATOR_NAME, judgeOfAnnotator } from '../core/formats/judgeSettings'
import { UsageError } from './usageError'

/** The number that a text writes; undefined for another text, infinity included. */
export function numberOf(text: string): number | undefined {
  const number = Number(text)
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined
}

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
  if (value === undefined) return
  const judge = judgeOfAnnotator(value)
  if (judge !== undefined)
    throw new UsageError(
      l10n.t`--${option}: “${value}” is the name of a judge, and only the judge annotates under it. Give another name. “aepo judge FILE --judge ${judge}” runs the judge.`,
    )
  if (!ANNOTATOR_NAME.test(value))
    throw new UsageError(
      l10n.t`--${option} becomes a file name: it takes letters, digits, “.”, “_” and “-” only.`,
    )
}
