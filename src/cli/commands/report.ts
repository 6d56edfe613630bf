// `aepo report`: writes the report of a training run.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { writeReport } from '../../training/report'
import { RUN_OPTION, shownRun } from '../chosenRun'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'

export const report = cliCommand({
  does: l10n.t('writes the report of a training run, with its charts as pictures'),
  usage: ['FILE [RUN | --run RUN] [--out PATH]'],
  second: 'run',
  options: {
    run: {
      ...RUN_OPTION.run,
      does: l10n.t('the name of its folder in runs; by default the last run'),
    },
    out: {
      type: 'text',
      value: 'PATH',
      does: l10n.t('the Markdown file; by default report.md in the folder of the run'),
    },
  },
  async run({ file, values }, { output }) {
    const curation = await openNamedCuration(file, output)
    const run = await shownRun(curation, values.run)
    const target = values.out === undefined ? undefined : path.resolve(values.out)
    const written = await writeReport(curation, run, target)
    output.result({ run: run.file.id, ...written }, l10n.t`The report is in ${written.file}.`)
  },
})
