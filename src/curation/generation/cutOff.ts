// What is said of candidates that were cut off at the token limit.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../../core/counted'

export const cutOffSentence = (cutOff: number, candidates: number): string =>
  oneOrSeveral(
    cutOff,
    l10n.t`1 of ${candidates} candidates was cut off at the token limit; raise sampling.maxNewTokens for longer ones.`,
    l10n.t`${cutOff} of ${candidates} candidates were cut off at the token limit; raise sampling.maxNewTokens for longer ones.`,
  )
