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

/** By the columns of the rows. */
const NAMES: Readonly<Record<string, string>> = {
  prompt: l10n.t('prompt'),
  chosen: l10n.t('chosen'),
  rejected: l10n.t('rejected'),
  completion: l10n.t('response'),
}

function rowText({ row, prompt, responses, values }: TokenRow): string {
  const texts = Object.entries({ prompt, ...responses }).map(
    ([column, pieces]) =>
      [l10n.t`${NAMES[column] ?? column} (${pieces.length} tokens):`, shown(pieces)] as const,
  )
  const numbers = Object.entries(values).map(
    ([name, value]) => [`${name}:`, String(value)] as const,
  )
  const lines = [...texts, ...numbers]
  const width = Math.max(...lines.map(([head]) => head.length))
  return [
    '',
    l10n.t`Row ${row}`,
    ...lines.map(([head, text]) => `  ${head.padEnd(width)} ${text}`),
  ].join('\n')
}

const shown = (pieces: readonly string[]): string =>
  pieces.map((piece) => piece.replaceAll('\n', '⏎')).join('|')
