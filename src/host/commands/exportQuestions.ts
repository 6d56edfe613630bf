// The questions of Export Data Set…: format, parts, cut-off rows, folder.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { countedRows } from '../../core/counted'
import { EXPORT_FORMATS, type ExportFormatId } from '../../core/export/formats'
import { SPLIT_PARTS } from '../../core/export/rows'
import { DEFAULT_HELD_OUT } from '../../core/export/split'
import type { DataSet } from '../../curation/dataSet/dataSet'
import type { ExportRequest } from '../../curation/dataSet/exportRequest'
import { chooseFolder, type Item, pick } from '../questions/input'
import {
  type QuestionAnswer,
  given,
  mapAnswer,
  type QuestionPlace,
  type Question,
} from '../questions/sequence'

export interface ExportAnswers {
  format: ExportFormatId
  /** The rows to train on and the held-out rows, in two files. */
  inTwoFiles: boolean
  keepsCutOff: boolean
  /** null: beside the output file of the curation. */
  folder: string | null
}

export const FIRST_ANSWERS: ExportAnswers = {
  format: 'dpo',
  inTwoFiles: false,
  keepsCutOff: false,
  folder: null,
}

/** One request for each file that is written. */
export function exportRequests(dataSet: DataSet, answers: ExportAnswers): ExportRequest[] {
  const { format, inTwoFiles, keepsCutOff, folder } = answers
  const rows: ExportRequest = { format, cutOff: keepsCutOff ? 'keep' : 'leave-out' }
  const requests: ExportRequest[] = inTwoFiles
    ? SPLIT_PARTS.map((part) => ({ ...rows, split: { part, share: DEFAULT_HELD_OUT } }))
    : [rows]
  if (folder === null) return requests
  return requests.map((request) => ({
    ...request,
    file: path.join(folder, path.basename(dataSet.fileFor(request))),
  }))
}

export const exportQuestions = (dataSet: DataSet): readonly Question<ExportAnswers>[] => [
  { ask: (answers, place) => askFormat(dataSet, answers, place) },
  {
    applies: ({ format }) => heldOutRows(dataSet, format) > 0,
    ask: (answers, place) => askParts(dataSet, answers, place),
  },
  {
    applies: ({ format }) => dataSet.rows({ format }).cutOff > 0,
    ask: (answers, place) => askCutOff(dataSet, answers, place),
  },
  { ask: (answers, place) => askFolder(dataSet, answers, place) },
]

const heldOutRows = (dataSet: DataSet, format: ExportFormatId): number =>
  dataSet.rows({ format, split: { part: 'held-out', share: DEFAULT_HELD_OUT } }).rows.length

async function askFormat(
  dataSet: DataSet,
  answers: ExportAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<ExportAnswers>> {
  const items = Object.values(EXPORT_FORMATS).map(({ id, label, tool }): Item<ExportFormatId> => ({
    label,
    description: countedRows(dataSet.rows({ format: id, cutOff: 'keep' }).rows.length),
    detail: l10n.t('read by {0}', tool),
    value: id,
  }))
  const answer = await pick(place, items, {
    placeholder: l10n.t('Format of the rows'),
    current: answers.format,
  })
  return mapAnswer(answer, (format) => ({ ...answers, format }))
}

async function askParts(
  dataSet: DataSet,
  answers: ExportAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<ExportAnswers>> {
  const { format } = answers
  const all = dataSet.rows({ format }).rows.length
  const heldOut = heldOutRows(dataSet, format)
  const items: Item<boolean>[] = [
    { label: l10n.t('All rows in one file'), description: countedRows(all), value: false },
    {
      label: l10n.t('Two files: rows to train on, held-out rows'),
      description: l10n.t('{0} and {1}', all - heldOut, countedRows(heldOut)),
      detail: l10n.t('By the hash of the prompt: the prompts that a training run holds out.'),
      value: true,
    },
  ]
  const answer = await pick(place, items, {
    placeholder: l10n.t('Which rows?'),
    current: answers.inTwoFiles,
  })
  return mapAnswer(answer, (inTwoFiles) => ({ ...answers, inTwoFiles }))
}

async function askCutOff(
  dataSet: DataSet,
  answers: ExportAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<ExportAnswers>> {
  const { cutOff } = dataSet.rows({ format: answers.format })
  const items: Item<boolean>[] = [
    {
      label: l10n.t('Leave them out'),
      detail: l10n.t('They teach a model not to end.'),
      value: false,
    },
    { label: l10n.t('Keep them'), value: true },
  ]
  const answer = await pick(place, items, {
    placeholder: l10n.t('The response of {0} was cut off at the token limit', countedRows(cutOff)),
    current: answers.keepsCutOff,
  })
  return mapAnswer(answer, (keepsCutOff) => ({ ...answers, keepsCutOff }))
}

async function askFolder(
  dataSet: DataSet,
  answers: ExportAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<ExportAnswers>> {
  const files = exportRequests(dataSet, { ...answers, folder: null }).map((request) =>
    dataSet.fileFor(request),
  )
  const items: Item<'beside' | 'other'>[] = [
    {
      label: l10n.t('$(save) Beside the data set'),
      description: files.map((file) => vscode.workspace.asRelativePath(file)).join(', '),
      value: 'beside',
    },
    { label: l10n.t('$(folder-opened) Another folder…'), value: 'other' },
  ]
  for (;;) {
    const choice = await pick(place, items, { placeholder: l10n.t('Into which folder?') })
    if (choice.kind !== 'given') return choice
    if (choice.value === 'beside') return given({ ...answers, folder: null })
    const folder = await chooseFolder(place.title)
    if (folder.kind === 'given') return given({ ...answers, folder: folder.value })
  }
}
