// What a report on a file of prompts says to a person, sentence by sentence.
import * as l10n from '@vscode/l10n'
import { failureError, type FailureError } from '../../shared/errors'
import { countedSentence } from '../counted'
import type { FileFormat } from './fileFormat'
import type { PromptFields } from './prompts'
import { MOST_NAMED_ROWS, type PromptReport, type RowFaults } from './promptReport'
import { isNeededField } from './rowFields'
import { listedNames } from '../text/values'

/** How the file was taken: its format and its fields. One sentence a line. */
export function describeReading(format: FileFormat, report: PromptReport): string[] {
  const { promptFields, systemFields, joined, transcripts, cut, notRead, possible } = report
  const needed = notRead.filter(isNeededField)
  return [
    l10n.t`Format: ${describeFormat(format)}.`,
    ...headerSentence(format),
    ...(promptFields.length === 0 ? [] : [l10n.t`Prompt: ${listedNames(promptFields)}.`]),
    ...(promptFields.length > 0 || possible.length === 0
      ? []
      : [l10n.t`No field is taken as the prompt; these can be named: ${listedNames(possible)}.`]),
    ...(systemFields.length === 0 ? [] : [l10n.t`System message: ${listedNames(systemFields)}.`]),
    ...(joined.length === 0 ? [] : [l10n.t`Joined with the prompt: ${listedNames(joined)}.`]),
    ...(transcripts.length === 0
      ? []
      : [l10n.t`Strings read as transcripts: ${listedNames(transcripts)}.`]),
    ...countedSentence(
      cut,
      l10n.t('The last answer of 1 conversation is left out.'),
      l10n.t`The last answers of ${cut} conversations are left out.`,
    ),
    ...answeredSentence(report),
    ...(notRead.length === 0 ? [] : [l10n.t`Not read: ${listedNames(notRead)}.`]),
    ...(needed.length === 0
      ? []
      : [l10n.t`The prompts may need what is in ${listedNames(needed)}: look at them.`]),
  ]
}

function describeFormat(format: FileFormat): string {
  switch (format.kind) {
    case 'jsonLines':
      return l10n.t('JSON Lines')
    case 'json':
      return 'JSON'
    case 'parquet':
      return 'Parquet'
    case 'text':
      return l10n.t('plain text, one prompt per line')
    case 'table':
      return [
        format.delimiter === null
          ? l10n.t('table with one column')
          : l10n.t`table with the delimiter ${delimiterName(format.delimiter)}`,
        format.header
          ? l10n.t('the first line is the header')
          : l10n.t('no header: the first line is a row'),
      ].join(', ')
  }
}

function headerSentence(format: FileFormat): string[] {
  if (format.kind !== 'table' || format.headerBelow === undefined) return []
  return [l10n.t`Line ${format.headerBelow} looks like the header: remove the lines above it.`]
}

const delimiterName = (delimiter: string): string =>
  delimiter === '\t' ? l10n.t('tab') : `“${delimiter}”`

/** Which rows were left out, and why; nothing where all were taken. */
export function describeLeftOut({ empty, broken, duplicates }: PromptReport): string[] {
  return [
    ...countedSentence(
      duplicates,
      l10n.t('1 duplicate prompt is used once.'),
      l10n.t`${duplicates} duplicate prompts are used once.`,
    ),
    ...countedSentence(
      empty.count,
      l10n.t`1 row holds no prompt and is left out: ${linesOf(empty)}.`,
      l10n.t`${empty.count} rows hold no prompt and are left out: ${linesOf(empty)}.`,
    ),
    ...describeBroken(broken),
  ]
}

/** How many rows are broken, and what is wrong with the first ones; nothing where none is. */
export const describeBroken = (broken: RowFaults): string[] =>
  countedSentence(
    broken.count,
    l10n.t`1 row is broken and is left out:${listOf(broken)}`,
    l10n.t`${broken.count} rows are broken and are left out:${listOf(broken)}`,
  )

function answeredSentence({ answered: { count, marks } }: PromptReport): string[] {
  if (count === 0) return []
  const names = marks.map((mark) => `“${mark}:”`).join(', ')
  return [
    l10n.t`Prompts with lines that begin with ${names}: ${count}. They are kept; if they are answers, remove them from the file.`,
  ]
}

function linesOf({ count, first }: RowFaults): string {
  const lines = linesSentence(first)
  return count > first.length ? l10n.t`${lines} and ${count - first.length} more` : lines
}

function linesSentence(rows: RowFaults['first']): string {
  const numbers = [...new Set(rows.map(({ line }) => line))]
  const lines = numbers.join(', ')
  return numbers.length === 1 ? l10n.t`line ${lines}` : l10n.t`lines ${lines}`
}

/** What is wrong with rows, each reason on a line of its own. */
export function listOf({ count, first }: RowFaults): string {
  const more = count - first.length
  const reasons = [...new Set(first.map(({ why }) => why))]
  return [
    '',
    ...reasons.map((reason) => {
      const rows = first.filter(({ why }) => why === reason)
      return l10n.t`${linesSentence(rows)}: ${reason}`
    }),
    ...(more > 0 ? [l10n.t`and ${more} more`] : []),
  ].join('\n  ')
}

/** `bad-input`: why no row of a file holds a prompt. */
export function noPrompts(
  where: string,
  format: FileFormat,
  report: PromptReport,
  fields: PromptFields,
): FailureError {
  const { rows, empty, broken } = report
  const faults: RowFaults = {
    count: empty.count + broken.count,
    first: [...empty.first, ...broken.first]
      .sort((a, b) => a.line - b.line)
      .slice(0, MOST_NAMED_ROWS),
  }
  const [first] = faults.first
  return failureError(
    'bad-input',
    rows === 1
      ? l10n.t`The only row holds no prompt:${listOf(faults)}\n`
      : l10n.t`None of the ${rows} rows holds a prompt:${listOf(faults)}\n`,
    {
      where,
      ...(first ? { line: first.line } : {}),
      remedy: [...headerSentence(format), fieldRemedy(report, fields)].join(' '),
    },
  )
}

function fieldRemedy(
  { rows, withoutSystem, broken, possible }: PromptReport,
  fields: PromptFields,
): string {
  if (withoutSystem === rows)
    return l10n.t`Name another field of the system message, with --system-field or as fields.system in the curation file, or none: ${listedNames(possible)}.`
  const choices = possible.filter((name) => name !== fields.prompt)
  if (choices.length === 0)
    return broken.count > 0
      ? l10n.t('Correct these rows, or choose another file.')
      : l10n.t('Choose a file with at least one prompt.')
  return l10n.t`Name the field of the prompt, with --prompt-field or as fields.prompt in the curation file: ${listedNames(choices)}.`
}
