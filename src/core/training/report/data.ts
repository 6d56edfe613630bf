// The part of a report that describes the rows.
import * as l10n from '@vscode/l10n'
import { countedPrompts, countedRows, oneOrSeveral } from '../../counted'
import { methodOf } from '../methods/table'
import { countedTrainingRows } from '../needs/estimate'
import type { ReportFacts } from './facts'
import { list, table } from './markdown'

export function dataSection({ file, data, inspection }: ReportFacts): string[] {
  const kind = methodOf(file.method).rows
  const lines = [
    ...(data === null
      ? []
      : [
          l10n.t`${countedTrainingRows(kind, data.rows)} of ${countedPrompts(data.prompts)}, in \`${file.dataset}\`.`,
        ]),
    file.rounds === undefined
      ? l10n.t('Labels of all rounds.')
      : l10n.t`Labels of these rounds: ${file.rounds}.`,
    l10n.t`SHA-256 of the rows: \`${file.datasetSha256}\`.`,
    ...(inspection === null ? [] : [splitSentence(inspection, file.common.heldOut)]),
  ]
  const problems = inspection?.problems ?? []
  return [
    `## ${l10n.t('Data')}`,
    list(lines),
    ...(data === null || data.sources.length === 0
      ? []
      : [
          table(
            [l10n.t('Source of the responses'), l10n.t('Rows')],
            data.sources.map(({ name, rows }) => [name, String(rows)]),
            ['left', 'right'],
          ),
        ]),
    ...(problems.length === 0
      ? []
      : [l10n.t('Rows that are left out or cut:'), list(problems.map(({ message }) => message))]),
  ]
}

function splitSentence(
  { kept, rows, heldOutRows, heldOutPrompts }: NonNullable<ReportFacts['inspection']>,
  share: number,
): string {
  const used = oneOrSeveral(
    kept,
    l10n.t`1 of ${countedRows(rows)} is used.`,
    l10n.t`${kept} of ${countedRows(rows)} are used.`,
  )
  return heldOutRows === 0
    ? `${used} ${l10n.t('None is held out.')}`
    : `${used} ${l10n.t`Held out: ${countedRows(heldOutRows)} of ${countedPrompts(heldOutPrompts)} (a share of ${share}), by the hash of the prompt.`}`
}
