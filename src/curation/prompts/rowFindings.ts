// What reading a file of prompts found, row by row: for the Problems panel.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../../core/counted'
import { isGuessed, type PromptReport, type RowFaults } from '../../core/rows/promptReport'
import { describeReading } from '../../core/rows/promptReportText'
import { withoutStop } from '../../shared/errors'
import type { Curation } from '../curation'

export interface PromptRowFinding {
  /** 1-based; the number of the row in formats without lines. */
  line: number
  message: string
  severity: 'warning' | 'information'
}

/** Rows that were left out, and how the file was read where the curation file does not say it. */
export function rowFindings({
  reading: { format, report },
  settings,
}: Pick<Curation, 'reading' | 'settings'>): PromptRowFinding[] {
  return [
    ...(isGuessed(report, settings.fields)
      ? [readingFinding(describeReading(format, report))]
      : []),
    ...leftOutFindings(report),
  ]
}

const readingFinding = (sentences: readonly string[]): PromptRowFinding => ({
  line: 1,
  message: l10n.t`How the prompts are read. ${sentences.join(' ')} To change this, set “fields” in the curation file.`,
  severity: 'information',
})

function leftOutFindings({ broken, empty }: PromptReport): PromptRowFinding[] {
  return [
    ...findingsOf(broken, 'warning', (why) => l10n.t`This row is broken and is left out: ${why}.`),
    ...findingsOf(
      empty,
      'information',
      (why) => l10n.t`This row holds no prompt and is left out: ${why}.`,
    ),
  ]
}

function findingsOf(
  { count, first }: RowFaults,
  severity: PromptRowFinding['severity'],
  message: (why: string) => string,
): PromptRowFinding[] {
  const named = first.map(({ line, why }) => ({
    line,
    message: message(withoutStop(why)),
    severity,
  }))
  const more = count - first.length
  const last = first.at(-1)
  return last === undefined || more === 0
    ? named
    : [
        ...named,
        {
          line: last.line,
          message: oneOrSeveral(
            more,
            l10n.t('1 more row is left out.'),
            l10n.t`${more} more rows are left out.`,
          ),
          severity,
        },
      ]
}
