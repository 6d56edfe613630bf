// Checks of the rows that a run would train on: what a person should look at first. Pure text; the
// runner's inspection counts tokens.
import * as l10n from '@vscode/l10n'
import type { PairRow, TrainingRow } from './row'

/** Places of a finding that are listed. */
export const MOST_LISTED = 20
/** The longer side of a row has so many times the characters of the shorter one. */
const LENGTH_RATIO = 4
/** In shorter texts the ratio says nothing. */
const LEAST_CHARACTERS = 200

/** Keys of services as they begin, private keys, passwords in addresses. */
const SECRET =
  /\b(?:sk-[\w-]{20,}|hf_\w{30,}|gh[pousr]_\w{30,}|github_pat_\w{30,}|AKIA[A-Z\d]{16}|xox[abprs]-[\w-]{10,}|AIza[\w-]{35})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\w+:\/\/[^\s/:@]+:[^\s/:@]+@/
const EMAIL = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/i

export interface RowCheck {
  message: string
  /** 0-based indices of the rows, the first ones. */
  rows: readonly number[]
}

const chosen = ({ chosen: [message] }: PairRow): string => message?.content ?? ''
const rejected = ({ rejected: [message] }: PairRow): string => message?.content ?? ''
const texts = (row: TrainingRow): string[] =>
  [...row.prompt, ...('chosen' in row ? [...row.chosen, ...row.rejected] : row.completion)].map(
    ({ content }) => content,
  )

interface Check {
  message: (count: number) => string
  finds: (rows: readonly TrainingRow[]) => number[]
}

const each =
  (test: (row: TrainingRow) => boolean): Check['finds'] =>
  (rows) =>
    rows.flatMap((row, index) => (test(row) ? [index] : []))

const eachPair = (test: (row: PairRow) => boolean): Check['finds'] =>
  each((row) => 'chosen' in row && test(row))

const CHECKS: readonly Check[] = [
  {
    message: (count) =>
      l10n.t`Rows with the same text on both sides, apart from whitespace: ${count}.`,
    finds: eachPair((row) => bare(chosen(row)) === bare(rejected(row))),
  },
  {
    message: (count) =>
      l10n.t`Rows that compare a finished response with one that was cut off: ${count}.`,
    finds: eachPair((row) => (row.chosenEnd === 'length') !== (row.rejectedEnd === 'length')),
  },
  {
    message: (count) =>
      l10n.t`Rows in which one response is more than ${LENGTH_RATIO} times as long (the run may learn length): ${count}.`,
    finds: eachPair((row) => isLopsided(chosen(row).length, rejected(row).length)),
  },
  {
    message: (count) =>
      l10n.t`Rows with nearly equal prompts, which may be split between training and held-out rows: ${count}.`,
    finds: repeatedPrompts,
  },
  {
    message: (count) => l10n.t`Rows that may hold a key or a password: ${count}.`,
    finds: each((row) => texts(row).some((text) => SECRET.test(text))),
  },
  {
    message: (count) => l10n.t`Rows that hold an e-mail address: ${count}.`,
    finds: each((row) => texts(row).some((text) => EMAIL.test(text))),
  },
]

/** @returns what was found, the gravest first; a check that finds nothing is not in it. */
export function checkRows(rows: readonly TrainingRow[]): RowCheck[] {
  return CHECKS.flatMap(({ message, finds }) => {
    const found = finds(rows)
    return found.length === 0
      ? []
      : [{ message: message(found.length), rows: found.slice(0, MOST_LISTED) }]
  })
}

const bare = (text: string): string => text.replaceAll(/\s+/g, '')

function isLopsided(one: number, other: number): boolean {
  const [shorter, longer] = one < other ? [one, other] : [other, one]
  return longer >= LEAST_CHARACTERS && longer > LENGTH_RATIO * shorter
}

/** Rows of different prompts that a person reads as the same. */
function repeatedPrompts(rows: readonly TrainingRow[]): number[] {
  const prompts = new Map<string, Set<string>>()
  const keys = rows.map(({ prompt, promptId }) => {
    const key = prompt
      .map(
        ({ role, content }) =>
          `${role} ${content
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
            .trim()}`,
      )
      .join('\n')
    prompts.set(key, (prompts.get(key) ?? new Set()).add(promptId))
    return key
  })
  return keys.flatMap((key, index) => ((prompts.get(key)?.size ?? 0) > 1 ? [index] : []))
}
