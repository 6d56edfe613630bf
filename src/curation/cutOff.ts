// What is said of candidates that were cut off at the token limit.
import * as l10n from '@vscode/l10n'

export const cutOffSentence = (cutOff: number, candidates: number): string =>
  l10n.t`${cutOff} of ${candidates} candidates were cut off at the token limit; raise sampling.maxNewTokens for longer ones.`
