// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { selectAll } from '../../curation/select'
import { command } from '../command'
import { openCuration } from '../curation'

export const select = command({
  does: l10n.t('selects candidates from each full pool'),
  usage: ['FILE'],
  options: {},
  async run({ file }, { environment, output }) {
    const curation = await openCuration(file, output)
    const added = await selectAll(curation, environment.engine(output, curation), {
      signal: environment.signal,
      onActivity: output.progress,
    })
    const counts = countsOf(curation)
    output.result(
      { added, ...counts },
      l10n.t`${added} new selections; ${counts.selected} in total.`,
    )
  },
})
