// `aepo stop`: stops a training run, whoever started it.
import * as l10n from '@vscode/l10n'
import { afterStop } from '../../core/training/state'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'
import { chosenLiveRun, RUN_OPTION } from '../chosenRun'

export const stop = cliCommand({
  does: l10n.t('stops a training run'),
  usage: ['FILE [--run RUN]'],
  options: RUN_OPTION,
  async run({ file, values }, { output }) {
    const run = await chosenLiveRun(await openNamedCuration(file, output), values.run)
    const { id } = run.file
    await run.stop()
    const next = afterStop(id, run.isResumable)
    output.result(
      { run: id, state: run.state, resumable: run.isResumable },
      l10n.t`Run ${id} was stopped. ${next}`,
    )
  },
})
