// `aepo select`: selects from each full pool.
import * as l10n from '@vscode/l10n'
import { countedSentence, oneOrSeveral } from '../../core/counted'
import { countsOf } from '../../curation/counts'
import { selectAll } from '../../curation/selection/select'
import { type CheckedSelections, checkSelections } from '../../curation/learning/checkSelections'
import { dueSentence } from '../../curation/learning/dueSentence'
import { progressOf } from '../../curation/progressOf'
import { selectAnother } from '../../curation/selection/selectAnother'
import { failureError } from '../../shared/errors'
import { cliCommand } from '../command'
import { inRound, openNamedCuration, ROUND_OPTION } from '../curation'
import { keepHeapSmall } from '../smallHeap'

const WHERE = ['all', 'all-bad'] as const

export const select = cliCommand({
  does: l10n.t('selects candidates from each full pool'),
  usage: ['FILE [--round R] [--another WHERE] [--retry-left-out]', 'FILE [--round R] --check'],
  options: {
    ...ROUND_OPTION,
    another: {
      type: 'text',
      value: 'WHERE',
      values: WHERE,
      does: l10n.t(
        'select again, among the candidates that were not shown, from each pool that is labelled (all), or where the last selection is all bad (all-bad)',
      ),
    },
    'retry-left-out': {
      type: 'flag',
      value: '',
      does: l10n.t('embed again the texts that were left out before'),
    },
    check: {
      type: 'flag',
      value: '',
      does: l10n.t(
        'make every selection again from the candidates and labels that its record names, and compare; the journals stay as they are',
      ),
    },
  },
  async run({ file, values }, { environment, output }) {
    keepHeapSmall()
    const { another } = values
    const curation = inRound(await openNamedCuration(file, output), values.round)
    const engine = environment.engine(output, curation)
    const options = {
      signal: environment.signal,
      onActivity: output.progress,
      onNotice: (sentence: string) => output.message(sentence),
      retriesLeftOut: values['retry-left-out'] === true,
    }
    if (values.check === true) {
      const { signal, onActivity } = options
      const onProgress = progressOf(l10n.t('Selecting again'), onActivity)
      const checked = await checkSelections(curation, engine, { signal, onProgress })
      output.result({ ...checked }, checkSentences(checked).join(' '))
      mustBeSame(checked)
      return
    }
    const reason = another === 'all-bad' ? 'allBad' : 'more'
    const added =
      another === undefined
        ? await selectAll(curation, engine, options)
        : await selectAnother(curation, engine, { ...options, reason })
    const counts = countsOf(curation)
    const { round } = curation
    const { prompts } = round
    const made = prompts.filter(({ id }) => round.counting(id).length > 0).length
    const comparable = prompts.filter(({ id }) => round.comparable(id).length > 0).length
    const alone = made - comparable
    output.result(
      { added, notComparable: alone, ...counts },
      [
        oneOrSeveral(
          added,
          l10n.t`1 new selection; ${counts.selected} can be labelled.`,
          l10n.t`${added} new selections; ${counts.selected} can be labelled.`,
        ),
        ...countedSentence(
          alone,
          l10n.t('1 prompt has fewer than two usable responses that differ.'),
          l10n.t`${alone} prompts have fewer than two usable responses that differ.`,
        ),
        ...dueSentence(counts.due),
      ].join(' '),
    )
  },
})

function checkSentences({ same, different, notRepeatable }: CheckedSelections): string[] {
  const [first] = notRepeatable
  return [
    oneOrSeveral(
      same,
      l10n.t('1 selection comes out the same.'),
      l10n.t`${same} selections come out the same.`,
    ),
    ...countedSentence(
      different.length,
      l10n.t`1 comes out with other candidates: ${different[0] ?? ''}.`,
      l10n.t`${different.length} come out with other candidates, ${different[0] ?? ''} first.`,
    ),
    ...countedSentence(
      notRepeatable.length,
      l10n.t`1 cannot be made again: ${first?.why ?? ''}`,
      l10n.t`${notRepeatable.length} cannot be made again. The first, ${first?.id ?? ''}: ${first?.why ?? ''}`,
    ),
  ]
}

function mustBeSame({ different }: CheckedSelections): void {
  if (different.length > 0)
    throw failureError('bad-input', l10n.t('Not all selections come out the same.'), {
      remedy: l10n.t('Another device or version of the embedder gives slightly different vectors.'),
    })
}
