// Writes the DPO data set of a curation and shows it.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { failureError } from '../../shared/errors'
import type { Command } from './command'

export const exportDataset: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  document.showFailure(null)
  const curation = await document.open()
  const { rows, cutOff } = await curation.dataSet.write()
  const { output } = curation.paths
  if (rows.length === 0)
    throw failureError(
      'bad-input',
      cutOff > 0
        ? l10n.t('The chosen responses of all preferences were cut off at the limit of tokens.')
        : l10n.t('There is no preference yet: ties, all bad and skips make no row.'),
      {
        where: output,
        remedy:
          cutOff > 0
            ? l10n.t('Sample longer answers (sampling.maxNewTokens), or prefer finished ones.')
            : l10n.t('Label some selections first.'),
      },
    )
  await vscode.window.showTextDocument(vscode.Uri.file(output), { preview: true })
  vscode.window.setStatusBarMessage(
    l10n.t(
      '$(check) {0}: {1} preference pairs',
      vscode.workspace.asRelativePath(output),
      rows.length,
    ),
    8000,
  )
}
