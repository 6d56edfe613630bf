// `aepo export`: writes the data set.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { command, UsageError } from '../command'
import { openCuration } from '../curation'

export const exportRows = command({
  does: l10n.t('writes the data set'),
  usage: ['FILE [--format dpo] [--out O.jsonl]'],
  options: {
    format: { type: 'text', value: 'dpo', does: l10n.t('format of the rows: dpo') },
    out: {
      type: 'text',
      value: 'O.jsonl',
      does: l10n.t('the file to write; by default the output that the curation names'),
    },
  },
  async run({ file, values: { format, out } }, { output }) {
    if (format !== undefined && format !== 'dpo')
      throw new UsageError(l10n.t`There is no format “${format}”; the only format is dpo.`)
    const curation = await openCuration(file, output)
    const to = out === undefined ? curation.paths.output : path.resolve(out)
    const rows = await curation.dataSet.write(to)
    output.result({ rows, file: to }, l10n.t`${rows} rows written to ${to}.`)
  },
})
