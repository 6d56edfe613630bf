// Which file of prompts, and which of its fields hold the prompt and the system prompt.
import * as l10n from '@vscode/l10n'
import type { CurationFile } from '../../core/formats/curationFile'
import { detectFields } from '../../core/formats/prompts'
import { fieldNames } from '../../store/promptFile'
import { type Item, pick } from './input'
import { askRowFile } from './rowFile'
import { type Answer, given, mapAnswer, type Place, type Question } from './sequence'

export const NO_PROMPTS: PromptAnswers = { file: '', names: [], fields: {} }

export interface PromptAnswers {
  /** '' before it is chosen. */
  file: string
  /** The fields of its rows; none for plain text. */
  names: readonly string[]
  fields: CurationFile['fields']
}

/** The answers for a file that is chosen, with the fields that are found by their names. */
export async function answersFor(file: string): Promise<PromptAnswers> {
  const names = await fieldNames(file)
  return { file, names, fields: names.length < 2 ? {} : detectFields(names) }
}

/**
 * Asks for the file, where it is not known, and for its fields.
 * @param isReviewed the user sees later what was read: only fields that are not found by their
 *   names are asked for.
 */
export function promptQuestions<A extends PromptAnswers>({
  isKnown,
  isReviewed = false,
}: {
  isKnown: boolean
  isReviewed?: boolean
}): readonly Question<A>[] {
  const isFound = ({ names }: A): boolean => detectFields(names).prompt !== undefined
  return [
    { applies: () => !isKnown, ask: askFile },
    {
      applies: (answers) => answers.names.length > 1 && !(isReviewed && isFound(answers)),
      ask: askPromptField,
    },
    {
      applies: ({ names }) => !isReviewed && detectFields(names).system !== undefined,
      ask: askSystemField,
    },
  ]
}

async function askFile<A extends PromptAnswers>(answers: A, place: Place): Promise<Answer<A>> {
  const file = await askRowFile(place, {
    placeholder: l10n.t('File of prompts: JSONL, JSON, CSV, TSV, Parquet or plain text'),
    current: answers.file,
  })
  return file.kind === 'given' ? given({ ...answers, ...(await answersFor(file.value)) }) : file
}

export async function askPromptField<A extends PromptAnswers>(
  answers: A,
  place: Place,
): Promise<Answer<A>> {
  const { names, fields } = answers
  const detected = detectFields(names).prompt
  const ordered = [
    ...names.filter((name) => name === detected),
    ...names.filter((name) => name !== detected),
  ]
  const answer = await pick(
    place,
    ordered.map((name) => ({ label: name, value: name })),
    { placeholder: l10n.t('Which field holds the prompt?'), current: fields.prompt },
  )
  return mapAnswer(answer, (prompt) => ({
    ...answers,
    fields: { ...fields, prompt, ...(fields.system === prompt ? { system: undefined } : {}) },
  }))
}

export async function askSystemField<A extends PromptAnswers>(
  answers: A,
  place: Place,
): Promise<Answer<A>> {
  const { names, fields } = answers
  const items: Item<string | undefined>[] = [
    { label: l10n.t('(no system prompt)'), value: undefined },
    ...names.filter((name) => name !== fields.prompt).map((name) => ({ label: name, value: name })),
  ]
  const answer = await pick<string | undefined>(place, items, {
    placeholder: l10n.t('Which field holds a system prompt?'),
    current: fields.system,
  })
  return mapAnswer(answer, (system) => ({ ...answers, fields: { ...fields, system } }))
}
