// How many selections are to come by a rule that learns from labels.
import * as l10n from '@vscode/l10n'
import { countedSentence } from '../../core/counted'

/** None where the rule needs no labels. */
export const dueSentence = (due = 0): string[] =>
  countedSentence(
    due,
    l10n.t('1 more is selected using your labels when labelling reaches it.'),
    l10n.t`${due} more are selected using your labels when labelling reaches them.`,
  )
