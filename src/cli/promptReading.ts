// The options that say how a file of prompts is read, and what a command prints about it.
import * as l10n from '@vscode/l10n'
import type { FileFormat } from '../core/rows/fileFormat'
import type { PromptReport } from '../core/rows/promptReport'
import { describeLeftOut, describeReading } from '../core/rows/promptReportText'
import type { Prompt } from '../shared/domain'
import type { PromptReading } from '../store/promptFile'
import type { Values } from './command'
import { given } from './curation'
import { UsageError } from './usageError'

export const READING_OPTIONS = {
  'prompt-field': {
    type: 'text',
    value: 'F',
    does: l10n.t('the field of the prompt; a dotted path reaches into objects: meta.question'),
  },
  'system-field': { type: 'text', value: 'F', does: l10n.t('the field of the system message') },
  delimiter: {
    type: 'text',
    value: 'D',
    does: l10n.t('the character between the cells of a CSV file, or “tab”'),
  },
  header: {
    type: 'text',
    value: 'yes|no',
    values: ['yes', 'no'],
    does: l10n.t('whether the first row of a CSV file names the columns'),
  },
} as const

/** Only what was given; the rest is found from the file. @throws UsageError */
export function promptReading(values: Values<typeof READING_OPTIONS>): PromptReading {
  const { delimiter, header } = values
  return {
    fields: {
      ...given('prompt', values['prompt-field']),
      ...given('system', values['system-field']),
    },
    table: {
      ...given('delimiter', delimiter === undefined ? undefined : delimiterOf(delimiter)),
      ...given('header', header === undefined ? undefined : header === 'yes'),
    },
  }
}

function delimiterOf(text: string): string {
  const delimiter = ['tab', '\\t'].includes(text.toLowerCase()) ? '\t' : text
  if (delimiter.length === 1 && !/[\w\s"]/.test(delimiter.replace('\t', ''))) return delimiter
  throw new UsageError(l10n.t`--delimiter takes one character or “tab”, not “${text}”.`)
}

/** What `--json` prints of a file of prompts. */
export const reportJson = (
  format: FileFormat,
  { empty, broken, ...reading }: PromptReport,
): Record<string, unknown> => ({ format, ...reading, leftOut: { empty, broken } })

/** How the file was read and what was left out, one sentence a line. */
export const reportText = (format: FileFormat, report: PromptReport): string[] => [
  ...describeReading(format, report),
  ...describeLeftOut(report),
]

/** A prompt as a preview shows it: each message with its role. */
export const promptText = ({ messages }: Prompt, place: number): string =>
  [
    l10n.t`Prompt ${place + 1}:`,
    ...messages.map(({ role, content }) => `  ${role}: ${content.replaceAll('\n', '\n    ')}`),
  ].join('\n')
