// What an export tells the user.
import * as l10n from '@vscode/l10n'
import { countedSentence } from '../../core/counted'
import type { Exported } from './dataSet'

export function exportedSentence({ rows, cutOff, file, lost }: Exported): string {
  const written =
    rows.length === 1
      ? l10n.t`1 row written to ${file}.`
      : l10n.t`${rows.length} rows written to ${file}.`
  return [
    written,
    ...countedSentence(
      lost,
      l10n.t('The file had 1 row more before.'),
      l10n.t`The file had ${lost} rows more before.`,
    ),
    ...countedSentence(
      cutOff,
      l10n.t(
        '1 row was left out: its chosen response was cut off, at the token limit or within its reasoning.',
      ),
      l10n.t`${cutOff} rows were left out: their chosen responses were cut off, at the token limit or within their reasoning.`,
    ),
  ].join(' ')
}
