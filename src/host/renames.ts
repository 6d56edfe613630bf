// A curation file that is renamed or moved takes its data folder along: annotations belong to it.
// Invariant I8.
import * as l10n from '@vscode/l10n'
import { existsSync, renameSync } from 'node:fs'
import * as vscode from 'vscode'
import { CURATION_SUFFIX, dataFolder } from '../store/curationPaths'
import { describeFailure, failureError, toFailure } from '../shared/errors'
import type { Curations } from './curations'

export function followRenames(
  curations: Curations,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onWillRenameFiles((event) =>
      event.waitUntil(Promise.all(event.files.map(({ oldUri }) => curations.quiet(oldUri)))),
    ),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        curations.close(oldUri)
        try {
          if (moveDataFolder(oldUri, newUri)) void curations.reload(newUri)
        } catch (thrown) {
          const failure = toFailure(thrown, dataFolder(oldUri.fsPath))
          log.error(describeFailure(failure))
          void vscode.window.showErrorMessage(
            l10n.t(
              '{0} was renamed, its data folder was not. {1}',
              vscode.workspace.asRelativePath(newUri),
              describeFailure(failure),
            ),
          )
        }
      }
    }),
  )
}

/**
 * Not as an edit of VS Code's, which would ask first and could be declined: file and folder are one
 * thing.
 */
function moveDataFolder(oldUri: vscode.Uri, newUri: vscode.Uri): boolean {
  if (![oldUri, newUri].every(({ path }) => path.endsWith(CURATION_SUFFIX))) return false
  const [from, to] = [dataFolder(oldUri.fsPath), dataFolder(newUri.fsPath)]
  if (!existsSync(from)) return false
  if (existsSync(to))
    throw failureError('bad-input', l10n.t('There is a data folder of the new name already.'), {
      where: to,
      remedy: l10n.t('Rename the curation back, or put the folders right by hand.'),
    })
  renameSync(from, to)
  return true
}
