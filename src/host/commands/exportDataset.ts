// Export Data Set…: writes rows of a format, of all prompts or split as a training run does.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { EXPORT_FORMAT_IDS } from '../../core/export/formats'
import type { DataSet, Exported } from '../../curation/dataSet/dataSet'
import { exportedSentence } from '../../curation/dataSet/exported'
import { failureError } from '../../shared/errors'
import { askInSequence } from '../questions/sequence'
import type { Command } from './command'
import { exportQuestions, exportRequests, FIRST_ANSWERS } from './exportQuestions'

export const exportDataset: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  document.showFailure(null)
  const { dataSet, paths } = await document.open()
  mustHaveRows(dataSet, paths.output)
  const title = l10n.t('Export Data Set')
  const answers = await askInSequence(title, exportQuestions(dataSet), FIRST_ANSWERS)
  if (!answers) return
  const written: Exported[] = []
  for (const request of exportRequests(dataSet, answers)) written.push(await dataSet.write(request))
  const [first] = written
  if (first) await vscode.window.showTextDocument(vscode.Uri.file(first.file), { preview: true })
  const sentences = written.map((each) =>
    exportedSentence({ ...each, file: vscode.workspace.asRelativePath(each.file) }),
  )
  void vscode.window.showInformationMessage(sentences.join(' '))
}

/** @throws FailureError `bad-input` where no format has a row. */
function mustHaveRows(dataSet: DataSet, where: string): void {
  const hasRows = EXPORT_FORMAT_IDS.some(
    (format) => dataSet.rows({ format, cutOff: 'keep' }).rows.length > 0,
  )
  if (!hasRows)
    throw failureError(
      'bad-input',
      l10n.t('There is no preference yet: ties and skips make no row.'),
      {
        where,
        remedy: l10n.t('Label some selections first.'),
      },
    )
}
