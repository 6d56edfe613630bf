// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { selectAll } from '../../curation/select'
import { command } from '../command'
import { openCuration } from '../curation'

export const select = command({
  does: l10n.t('selects candidates from each full pool'),
  usage: ['FILE [--retry-left-out]'],
  options: {
    'retry-left-out': {
      type: 'flag',
      does: l10n.t('embed again the texts that were left out before'),
    },
  },
  async run({ file, values }, { environment, output }) {
    const curation = await openCuration(file, output)
    const added = await selectAll(curation, environment.engine(output, curation), {
      signal: environment.signal,
      onActivity: output.progress,
      onLeftOut: (sentence) => output.message(sentence),
      retriesLeftOut: values['retry-left-out'] === true,
    })
    const counts = countsOf(curation)
    const { round, prompts } = curation
    const made = prompts.filter(({ id }) => round.selection(id) !== undefined).length
    const alone = made - counts.selected
    output.result(
      { added, notComparable: alone, ...counts },
      [
        l10n.t`${added} new selections; ${counts.selected} prompts can be labelled.`,
        ...(alone > 0
          ? [l10n.t`${alone} prompts have fewer than two usable responses that differ.`]
          : []),
      ].join(' '),
    )
  },
})
