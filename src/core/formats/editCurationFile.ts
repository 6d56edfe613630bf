// Changes of single values in the text of a curation file. All else stays as the user wrote it.
import { applyEdits, type JSONPath, modify } from 'jsonc-parser'

const withValue = (text: string, at: JSONPath, value: unknown): string =>
  applyEdits(
    text,
    modify(text, at, value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }),
  )

export const withOutput = (text: string, output: string): string =>
  withValue(text, ['output'], output)
