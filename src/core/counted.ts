// Numbers of things in words. Singular and plural are strings of their own: languages differ.
import * as l10n from '@vscode/l10n'

/** "1 prompt", "16 prompts". */
export const countedPrompts = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 prompt'), l10n.t`${count} prompts`)

/** "1 comparison", "16 comparisons". */
export const countedComparisons = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 comparison'), l10n.t`${count} comparisons`)

/** "1 preference", "16 preferences". */
export const countedPreferences = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 preference'), l10n.t`${count} preferences`)

/** "1 pair", "16 pairs". */
export const countedPairs = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 pair'), l10n.t`${count} pairs`)

/** "1 row", "16 rows". */
export const countedRows = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 row'), l10n.t`${count} rows`)

/** "1 token", "16 tokens". */
export const countedTokens = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 token'), l10n.t`${count} tokens`)

/** "1 label", "16 labels". */
export const countedLabels = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 label'), l10n.t`${count} labels`)

/** "1 character", "16 characters". */
export const countedCharacters = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 character'), l10n.t`${count} characters`)

/** The sentence about one thing, or the one about another number of them. */
export const oneOrSeveral = (count: number, one: string, several: string): string =>
  count === 1 ? one : several

/** The sentence about so many things; none about no thing. */
export const countedSentence = (count: number, one: string, several: string): string[] =>
  count === 0 ? [] : [oneOrSeveral(count, one, several)]
