// Numbers of things in words. Singular and plural are strings of their own: languages differ.
import * as l10n from '@vscode/l10n'

/** "1 prompt", "16 prompts". */
export const countedPrompts = (count: number): string =>
  count === 1 ? l10n.t('1 prompt') : l10n.t`${count} prompts`

/** The sentence about so many things; none about no thing. */
export const countedSentence = (count: number, one: string, several: string): string[] =>
  count === 0 ? [] : [count === 1 ? one : several]
