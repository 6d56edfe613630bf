// What an import of candidates tells the user.
import * as l10n from '@vscode/l10n'
import { countedSentence, oneOrSeveral } from '../../core/counted'
import { listedNames } from '../../core/text/values'
import type { ImportedCandidates } from './importCandidates'

/** The number of candidates, and what of the file was left out or not read. */
export function importedSentence(imported: ImportedCandidates): string {
  const { candidates, skipped, nulls, withoutResponses, unknownPrompts } = imported
  const { preferredBy, notRead } = imported
  return [
    candidates === 1 ? l10n.t('1 candidate imported.') : l10n.t`${candidates} candidates imported.`,
    ...countedSentence(skipped, l10n.t('1 already existed.'), l10n.t`${skipped} already existed.`),
    ...countedSentence(
      nulls,
      l10n.t('1 response is null and was left out.'),
      l10n.t`${nulls} responses are null and were left out.`,
    ),
    ...countedSentence(
      withoutResponses,
      l10n.t('1 row holds no response.'),
      l10n.t`${withoutResponses} rows hold no response.`,
    ),
    ...countedSentence(
      unknownPrompts,
      l10n.t('1 row has a prompt that is not in the curation, or not in the round.'),
      l10n.t`${unknownPrompts} rows have a prompt that is not in the curation, or not in the round.`,
    ),
    ...(preferredBy.length === 0 ? [] : [madeScores(preferredBy)]),
    ...(notRead.length === 0 ? [] : [l10n.t`Not read: ${listedNames(notRead)}.`]),
  ].join(' ')
}

/** The number of prompts, and of the duplicates that were left out. */
export const importedPromptsSentence = (prompts: number, duplicates: number): string =>
  [
    oneOrSeveral(prompts, l10n.t('1 prompt imported.'), l10n.t`${prompts} prompts imported.`),
    ...countedSentence(
      duplicates,
      l10n.t('1 duplicate was left out.'),
      l10n.t`${duplicates} duplicates were left out.`,
    ),
  ].join(' ')

/** @param fields of a file of responses without a score that are not read. */
export const noScores = (fields: readonly string[]): string =>
  fields.length === 0
    ? l10n.t('The file has no scores.')
    : l10n.t`The file has no scores. Not read: ${listedNames(fields)}. Rename a field that holds the scores to “score”.`

/** @param fields that name the preferred response, in rows without scores. */
export const madeScores = (fields: readonly string[]): string =>
  l10n.t`Scores were made from ${fields.join(', ')}: 1 for the preferred response, 0 for the others.`
