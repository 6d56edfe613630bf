// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { selectAll } from '../../curation/select'
import { selectAnother } from '../../curation/selectAnother'
import { command } from '../command'
import { openCuration } from '../curation'

const WHERE = ['all', 'all-bad'] as const

export const select = command({
  does: l10n.t('selects candidates from each full pool'),
  usage: ['FILE [--another WHERE]'],
  options: {
    another: {
      type: 'text',
      value: 'WHERE',
      values: WHERE,
      does: l10n.t(
        'select again, among the candidates that were not shown, from each pool that is labelled (all), or where the last selection is all bad (all-bad)',
      ),
    },
  },
  async run({ file, values: { another } }, { environment, output }) {
    const curation = await openCuration(file, output)
    const engine = environment.engine(output, curation)
    const options = { signal: environment.signal, onActivity: output.progress }
    const reason = another === 'all-bad' ? 'allBad' : 'more'
    const added =
      another === undefined
        ? await selectAll(curation, engine, options)
        : await selectAnother(curation, engine, { ...options, reason })
    const counts = countsOf(curation)
    output.result(
      { added, ...counts },
      l10n.t`${added} new selections; ${counts.selected} in total.`,
    )
  },
})
