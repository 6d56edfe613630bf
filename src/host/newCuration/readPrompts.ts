// What a file of prompts gives with the fields that were chosen, as the review shows it.
import * as l10n from '@vscode/l10n'
import { describeLeftOut, describeReading } from '../../core/rows/promptReportText'
import { shortened } from '../../core/text/values'
import type { Prompt } from '../../shared/domain'
import { describeFailure, type Failure, toFailure } from '../../shared/errors'
import { type PromptPreview, previewPrompts } from '../../store/promptFile'
import type { PromptAnswers } from '../questions/promptAnswers'

const EXCERPT_CHARACTERS = 100

export interface ReadPrompts {
  /** How many different ones; 0 also for a file that cannot be read. */
  prompts: number
  /** The first of them. */
  first: { label: string; description?: string; detail?: string }[]
  /** How the file was read, which rows were left out, or why it cannot be read. */
  notes: string[]
}

export async function readPrompts({ file, fields }: PromptAnswers): Promise<ReadPrompts> {
  try {
    return shown(await previewPrompts(file, { fields, table: {} }))
  } catch (thrown) {
    const failure = toFailure(thrown, file)
    return { prompts: 0, first: [], notes: failureNotes(failure) }
  }
}

function shown({ format, report, first }: PromptPreview): ReadPrompts {
  const { rows, empty, broken, duplicates } = report
  return {
    prompts: rows - empty.count - broken.count - duplicates,
    first: first.map(promptRow),
    notes: [
      ...describeReading(format, report).flatMap((sentence) => noteOf('info', sentence)),
      ...describeLeftOut(report).flatMap((sentence) => noteOf('warning', sentence)),
    ],
  }
}

function promptRow({ messages }: Prompt): ReadPrompts['first'][number] {
  const [system] = messages.filter(({ role }) => role === 'system')
  const turns = messages.filter(({ role }) => role !== 'system').length
  return {
    label: `$(comment) ${excerpt(messages.at(-1)?.content ?? '')}`,
    ...(turns > 1 ? { description: l10n.t('{0} turns', turns) } : {}),
    ...(system ? { detail: l10n.t('System message: {0}', excerpt(system.content)) } : {}),
  }
}

/** A list is shortened; what to do after it is not. */
function failureNotes(failure: Failure): string[] {
  const { remedy, ...happened } = failure
  return remedy !== undefined && happened.message.includes('\n')
    ? [...noteOf('error', describeFailure(happened)), `$(blank) ${remedy}`]
    : noteOf('error', describeFailure(failure))
}

/** Lines of a list that a note shows. */
const MOST_LINES = 4

/** A sentence may be followed by a list, each element on a line of its own. */
function noteOf(icon: 'info' | 'warning' | 'error', text: string): string[] {
  const [first = '', ...list] = text.split('\n').filter((line) => line.trim() !== '')
  const more = list.length - MOST_LINES
  return [
    `$(${icon}) ${list.length > 0 ? first.replace(/:$/, '.') : first}`,
    ...list.slice(0, MOST_LINES).map((line) => `$(blank) ${excerpt(line)}`),
    ...(more > 0 ? [`$(blank) ${l10n.t('and {0} more', more)}`] : []),
  ]
}

/** The beginning of a text, on one line. What looks like an icon of VS Code stays text. */
function excerpt(text: string): string {
  return shortened(text, EXCERPT_CHARACTERS).replaceAll('$(', '\\$(')
}
