// `aepo follow`: shows the log of a training run until it ends.
import * as l10n from '@vscode/l10n'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'
import { followToEnd } from '../followRun'
import { chosenRun, RUN_OPTION } from '../chosenRun'

export const follow = cliCommand({
  does: l10n.t('shows the log of a training run until it ends; Ctrl+C leaves the run alone'),
  usage: ['FILE [--run RUN]'],
  options: RUN_OPTION,
  async run({ file, values }, { environment, output }) {
    const run = await chosenRun(await openNamedCuration(file, output), values.run)
    await followToEnd(run, environment.signal, 'leave', output)
  },
})
