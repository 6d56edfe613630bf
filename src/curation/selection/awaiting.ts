// What has its candidates and is not selected yet.
import * as l10n from '@vscode/l10n'
import { countedSentence } from '../../core/counted'
import type { Round } from '../round'

/** Full pools from which nothing was selected; a rule that learns selects from them by itself. */
export function awaitingSentence(round: Round): string[] {
  const awaiting = round.isJustInTime ? 0 : round.countAwaiting()
  return countedSentence(
    awaiting,
    l10n.t('1 prompt has its candidates and no selection: aepo select makes it.'),
    l10n.t`${awaiting} prompts have their candidates and no selection: aepo select makes them.`,
  )
}
