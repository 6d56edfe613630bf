// The inspected rows as text for people: what is left out, and the tokens of the first rows.
import * as l10n from '@vscode/l10n'
import { countedRows, countedTokens, oneOrSeveral } from '../counted'
import type { Inspection, TokenRow } from './inspection'

const NOTE = l10n.t('Tokens are separated by “|”; ⏎ is a line feed.')

/** @param plan "14 pairs, 56 steps". */
export function tokensText({ problems, tokens, rows, kept }: Inspection, plan: string): string {
  return [
    `${plan}.`,
    ...(kept === rows ? [] : [leftOutSentence(rows - kept, rows)]),
    ...problems.map(({ message }) => message),
    ...(tokens.length === 0 ? [] : ['', NOTE]),
    ...tokens.map(rowText),
  ].join('\n')
}

const leftOutSentence = (leftOut: number, rows: number): string =>
  oneOrSeveral(
    leftOut,
    l10n.t`1 of ${countedRows(rows)} is left out.`,
    l10n.t`${leftOut} of ${rows} rows are left out.`,
  )

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
      [
        l10n.t`${NAMES[column] ?? column} (${countedTokens(pieces.length)}):`,
        shown(pieces),
      ] as const,
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
