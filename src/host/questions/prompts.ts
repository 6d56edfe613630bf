// Which file of prompts, and which of its fields hold the prompt and the system message.
import * as l10n from '@vscode/l10n'
import { type Item, pick } from './input'
import { answersFor, type PromptAnswers } from './promptAnswers'
import { askRowFile } from './rowFile'
import {
  type QuestionAnswer,
  given,
  mapAnswer,
  type QuestionPlace,
  type Question,
} from './sequence'

/**
 * Asks for the file, where it is not known, and for the field of the prompt.
 * @param isReviewed the user sees later what was read: the field is asked for only where no field
 *   has a known name.
 */
export function promptQuestions<A extends PromptAnswers>({
  isKnown,
  isReviewed = false,
}: {
  isKnown: boolean
  isReviewed?: boolean
}): readonly Question<A>[] {
  return [
    { applies: () => !isKnown, ask: askFile },
    {
      applies: ({ found: { possible, promptFields } }) =>
        possible.length > 1 && !(isReviewed && promptFields.length > 0),
      ask: askPromptField,
    },
  ]
}

async function askFile<A extends PromptAnswers>(
  answers: A,
  place: QuestionPlace,
): Promise<QuestionAnswer<A>> {
  const file = await askRowFile(place, {
    placeholder: l10n.t('File of prompts: JSONL, JSON, CSV, TSV, Parquet or plain text'),
    current: answers.file,
  })
  return file.kind === 'given' ? given({ ...answers, ...(await answersFor(file.value)) }) : file
}

export async function askPromptField<A extends PromptAnswers>(
  answers: A,
  place: QuestionPlace,
): Promise<QuestionAnswer<A>> {
  const { found, fields } = answers
  const names = [...new Set([...found.promptFields, ...found.possible])]
  const answer = await pick(place, names.map(itemOf), {
    placeholder: l10n.t('Which field holds the prompt?'),
    current: fields.prompt,
  })
  return mapAnswer(answer, (prompt) => ({
    ...answers,
    fields: { ...fields, prompt, ...(fields.system === prompt ? { system: undefined } : {}) },
  }))
}

export async function askSystemField<A extends PromptAnswers>(
  answers: A,
  place: QuestionPlace,
): Promise<QuestionAnswer<A>> {
  const { found, fields } = answers
  const [byName] = found.systemFields
  const names = [...new Set([...found.systemFields, ...found.possible])]
  const items: Item<string | undefined>[] = [
    { label: byName ?? l10n.t('(no system message)'), value: undefined },
    ...names.filter((name) => name !== fields.prompt && name !== byName).map(itemOf),
  ]
  const answer = await pick<string | undefined>(place, items, {
    placeholder: l10n.t('Which field holds a system message?'),
    current: fields.system,
  })
  return mapAnswer(answer, (system) => ({ ...answers, fields: { ...fields, system } }))
}

const itemOf = (name: string): Item<string> => ({ label: name, value: name })
