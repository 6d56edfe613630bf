// Writes the DPO data set of a curation and shows it.
import * as vscode from 'vscode'
import { failureError } from '../../shared/errors'
import type { Command } from './command'

export const exportDataset: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  document.showFailure(null)
  const curation = await document.open()
  const rows = await curation.dataSet.write()
  const { output } = curation.paths
  if (rows === 0)
    throw failureError(
      'bad-input',
      'There is no preference yet: ties, all bad and skips make no row.',
      {
        where: output,
        remedy: 'Label some selections first.',
      },
    )
  await vscode.window.showTextDocument(vscode.Uri.file(output), { preview: true })
  vscode.window.setStatusBarMessage(
    vscode.l10n.t(
      '$(check) {0}: {1} preference pairs',
      vscode.workspace.asRelativePath(output),
      rows,
    ),
    8000,
  )
}
