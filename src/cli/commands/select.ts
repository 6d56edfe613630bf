// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import type { Curation } from '../../curation/curation'
import { selectAll } from '../../curation/select'
import { command } from '../command'
import { openCuration } from '../curation'

/** Selections that {@link countsOf} leaves out: they cannot be compared. */
const singleSelections = ({ prompts, round }: Curation): number =>
  prompts.filter(({ id }) => round.selection(id) !== undefined).length - round.selections().length

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
    const single = singleSelections(curation)
    const sentences = [l10n.t`${added} new selections; ${counts.selected + single} in total.`]
    if (single > 0)
      sentences.push(
        l10n.t`${single} of them hold fewer than two responses and cannot be compared: their pools have no others that the guard kept.`,
      )
    output.result({ added, single, ...counts }, sentences.join(' '))
  },
})
