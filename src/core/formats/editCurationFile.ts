// Changes of single values in the text of a curation file. All else stays as the user wrote it.
import { applyEdits, type JSONPath, type ModificationOptions, modify } from 'jsonc-parser'
import type { CurationFileInput } from './curationFile'

const withValue = (
  text: string,
  at: JSONPath,
  value: unknown,
  options: ModificationOptions = {},
): string =>
  applyEdits(
    text,
    modify(text, at, value, { formattingOptions: { insertSpaces: true, tabSize: 2 }, ...options }),
  )

export const withOutput = (text: string, output: string): string =>
  withValue(text, ['output'], output)

export type LaterRound = NonNullable<CurationFileInput['rounds']>[number]

/** Adds a round after the last one. */
export const withRound = (text: string, round: LaterRound): string =>
  withValue(text, ['rounds', -1], round, {
    isArrayInsertion: true,
    getInsertionIndex: (keys) =>
      keys.includes('generator') ? keys.indexOf('generator') + 1 : keys.length,
  })
