// The inspected rows as text for people: what is left out, and the tokens of the first rows.
import type { Inspection, TokenRow } from './inspection'

const NOTE = 'Tokens are separated by “|”; ⏎ is a line feed.'

/** @param plan "14 pairs, 56 steps". */
export function tokensText({ problems, tokens, rows, kept }: Inspection, plan: string): string {
  return [
    `${plan}.`,
    ...(kept === rows ? [] : [`${rows - kept} of ${rows} rows are left out.`]),
    ...problems.map(({ message }) => message),
    ...(tokens.length === 0 ? [] : ['', NOTE]),
    ...tokens.map(rowText),
  ].join('\n')
}

const rowText = ({ row, prompt, chosen, rejected }: TokenRow): string =>
  [
    '',
    `Row ${row}`,
    `  prompt (${countOf(prompt)}):   ${shown(prompt)}`,
    `  chosen (${countOf(chosen)}):   ${shown(chosen)}`,
    `  rejected (${countOf(rejected)}): ${shown(rejected)}`,
  ].join('\n')

const countOf = (pieces: readonly string[]): string => `${pieces.length} tokens`

const shown = (pieces: readonly string[]): string =>
  pieces.map((piece) => piece.replaceAll('\n', '⏎')).join('|')
