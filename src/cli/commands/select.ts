// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { selectAll } from '../../curation/select'
import { selectAnother } from '../../curation/selectAnother'
import type { AnotherReason } from '../../shared/domain'
import { command, UsageError } from '../command'
import { openCuration } from '../curation'

const REASONS = new Map<string, AnotherReason>([
  ['all', 'more'],
  ['all-bad', 'allBad'],
])

export const select = command({
  does: l10n.t('selects candidates from each full pool'),
  usage: ['FILE [--another all|all-bad] [--retry-left-out]'],
  options: {
    another: {
      type: 'text',
      value: 'all|all-bad',
      does: l10n.t(
        'select again, among the candidates that were not shown, from each pool that is labelled, or where the last selection is all bad',
      ),
    },
    'retry-left-out': {
      type: 'flag',
      value: '',
      does: l10n.t('embed again the texts that were left out before'),
    },
  },
  async run({ file, values }, { environment, output }) {
    const { another } = values
    const reason = another === undefined ? null : REASONS.get(another)
    if (reason === undefined)
      throw new UsageError(l10n.t`--another takes all or all-bad, not “${another ?? ''}”.`)
    const curation = await openCuration(file, output)
    const engine = environment.engine(output, curation)
    const options = {
      signal: environment.signal,
      onActivity: output.progress,
      onLeftOut: (sentence: string) => output.message(sentence),
      retriesLeftOut: values['retry-left-out'] === true,
    }
    const added = reason
      ? await selectAnother(curation, engine, { ...options, reason })
      : await selectAll(curation, engine, options)
    const counts = countsOf(curation)
    const { round, prompts } = curation
    const made = prompts.filter(({ id }) => round.counting(id).length > 0).length
    const comparable = prompts.filter(({ id }) => round.comparable(id).length > 0).length
    const alone = made - comparable
    output.result(
      { added, notComparable: alone, ...counts },
      [
        l10n.t`${added} new selections; ${counts.selected} can be labelled.`,
        ...(alone > 0
          ? [l10n.t`${alone} prompts have fewer than two usable responses that differ.`]
          : []),
      ].join(' '),
    )
  },
})
