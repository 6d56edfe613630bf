// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import type { Curation } from '../../curation/curation'
import { selectAll } from '../../curation/select'
import { selectAnother } from '../../curation/selectAnother'
import type { AnotherReason } from '../../shared/domain'
import { command, UsageError } from '../command'
import { openCuration } from '../curation'

const REASONS = new Map<string, AnotherReason>([
  ['all', 'more'],
  ['all-bad', 'allBad'],
])

/** Selections that {@link countsOf} leaves out: they cannot be compared. */
const singleSelections = ({ prompts, round }: Curation): number =>
  prompts.reduce((sum, { id }) => sum + round.counting(id).length, 0) - round.selections().length

export const select = command({
  does: l10n.t('selects candidates from each full pool'),
  usage: ['FILE [--another all|all-bad]'],
  options: {
    another: {
      type: 'text',
      value: 'all|all-bad',
      does: l10n.t(
        'select again, among the candidates that were not shown, from each pool that is labelled, or where the last selection is all bad',
      ),
    },
  },
  async run({ file, values: { another } }, { environment, output }) {
    const reason = another === undefined ? null : REASONS.get(another)
    if (reason === undefined)
      throw new UsageError(l10n.t`--another takes all or all-bad, not “${another ?? ''}”.`)
    const curation = await openCuration(file, output)
    const engine = environment.engine(output, curation)
    const options = { signal: environment.signal, onActivity: output.progress }
    const added = reason
      ? await selectAnother(curation, engine, { ...options, reason })
      : await selectAll(curation, engine, options)
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
