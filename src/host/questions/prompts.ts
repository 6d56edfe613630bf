// Which file of prompts, and which of its fields hold the prompt and the system prompt.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { CurationFile } from '../../core/formats/curationFile'
import { detectFields } from '../../core/formats/prompts'
import { fieldNames } from '../../store/promptFile'
import { chooseFile, type Item, pick } from './input'
import { type Answer, given, mapAnswer, type Place, type Question } from './sequence'

const PROMPT_FILES = '**/*.{jsonl,ndjson,json,csv,tsv,parquet,txt}'
/** Files in these places and with these names are never prompts. */
const NOT_PROMPTS =
  '{**/node_modules/**,**/.*/**,**/*.aepo/**,**/*.aepo.json,**/*.dpo.jsonl,**/package*.json,**/tsconfig*.json}'
const MOST_OFFERED = 200

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

/** @param known the file is given: it is not asked for. */
export function promptQuestions<A extends PromptAnswers>(known: boolean): readonly Question<A>[] {
  return [
    { applies: () => !known, ask: askFile },
    { applies: ({ names }) => names.length > 1, ask: askPromptField },
    {
      applies: ({ names }) => detectFields(names).system !== undefined,
      ask: askSystemField,
    },
  ]
}

/** The files of the workspace first, any other through a dialog. */
async function askFile<A extends PromptAnswers>(answers: A, place: Place): Promise<Answer<A>> {
  const found = await vscode.workspace.findFiles(PROMPT_FILES, NOT_PROMPTS, MOST_OFFERED)
  const items: Item<string | null>[] = [
    ...found
      .map(({ fsPath }) => ({ label: vscode.workspace.asRelativePath(fsPath), value: fsPath }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    { label: l10n.t('$(folder-opened) Browse…'), value: null },
  ]
  for (;;) {
    const choice = await pick<string | null>(place, items, {
      placeholder: l10n.t('File of prompts: JSONL, JSON, CSV, TSV, Parquet or plain text'),
      current: answers.file,
    })
    if (choice.kind !== 'given') return choice
    const file = choice.value === null ? await browse(place.title) : choice
    if (file.kind === 'given') return given({ ...answers, ...(await answersFor(file.value ?? '')) })
  }
}

const browse = (title: string): Promise<Answer<string>> =>
  chooseFile(title, {
    [l10n.t('Prompts')]: ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'parquet', 'txt'],
  })

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
