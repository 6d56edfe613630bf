// The inspected rows as text for people: what is left out, and the tokens of the first rows.
import * as l10n from '@vscode/l10n'
import type { Inspection, TokenRow } from './inspection'

const NOTE = l10n.t('Tokens are separated by “|”; ⏎ is a line feed.')

/** @param plan "14 pairs, 56 steps". */
export function tokensText({ problems, tokens, rows, kept }: Inspection, plan: string): string {
  return [
    `${plan}.`,
    ...(kept === rows ? [] : [l10n.t`${rows - kept} of ${rows} rows are left out.`]),
    ...problems.map(({ message }) => message),
    ...(tokens.length === 0 ? [] : ['', NOTE]),
    ...tokens.map(rowText),
  ].join('\n')
}

const rowText = ({ row, prompt, chosen, rejected }: TokenRow): string =>
  [
    '',
    l10n.t`Row ${row}`,
    `  ${l10n.t`prompt (${prompt.length} tokens):`}   ${shown(prompt)}`,
    `  ${l10n.t`chosen (${chosen.length} tokens):`}   ${shown(chosen)}`,
    `  ${l10n.t`rejected (${rejected.length} tokens):`} ${shown(rejected)}`,
  ].join('\n')

const shown = (pieces: readonly string[]): string =>
  pieces.map((piece) => piece.replaceAll('\n', '⏎')).join('|')
