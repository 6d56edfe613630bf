// A curation file that is renamed or moved in VS Code takes along what belongs to it: its data
// folder, and the data set that has its name.
// Invariant I8.
import * as l10n from '@vscode/l10n'
import { existsSync, renameSync } from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { describeFailure, failureError, toFailure } from '../shared/errors'
import { CURATION_SUFFIX, dataFolder } from '../store/curationPaths'
import { outputOfEarlierName, renameOutput } from '../store/renamedOutput'
import type { Curations } from './curations'

export function followRenames(
  curations: Curations,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const report = (thrown: unknown, message: (failure: string) => string, where: string): void => {
    const failure = describeFailure(toFailure(thrown, where))
    log.error(failure)
    void vscode.window.showErrorMessage(message(failure))
  }
  async function takeAlong(earlier: vscode.Uri, uri: vscode.Uri): Promise<void> {
    const name = vscode.workspace.asRelativePath(uri)
    try {
      if (moveDataFolder(earlier, uri)) void curations.reload(uri)
    } catch (thrown) {
      report(
        thrown,
        (failure) => l10n.t('{0} was renamed, its data folder was not. {1}', name, failure),
        dataFolder(earlier.fsPath),
      )
    }
    try {
      await takeOutputAlong(earlier.fsPath, uri.fsPath)
    } catch (thrown) {
      report(
        thrown,
        (failure) => l10n.t('{0} was renamed, its data set was not. {1}', name, failure),
        uri.fsPath,
      )
    }
  }
  return vscode.Disposable.from(
    vscode.workspace.onWillRenameFiles((event) =>
      event.waitUntil(Promise.all(event.files.map(({ oldUri }) => curations.quiet(oldUri)))),
    ),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        curations.close(oldUri)
        if ([oldUri, newUri].every(isCuration)) void takeAlong(oldUri, newUri)
      }
    }),
  )
}

const isCuration = ({ path: name }: vscode.Uri): boolean => name.endsWith(CURATION_SUFFIX)

/**
 * Not as an edit of VS Code's, which would ask first and could be declined: file and folder are one
 * thing.
 */
function moveDataFolder(earlier: vscode.Uri, uri: vscode.Uri): boolean {
  const [from, to] = [dataFolder(earlier.fsPath), dataFolder(uri.fsPath)]
  if (!existsSync(from)) return false
  if (existsSync(to))
    throw failureError('bad-input', l10n.t('A data folder of the new name already exists.'), {
      where: to,
      remedy: l10n.t('Rename the curation back, or put the folders right by hand.'),
    })
  renameSync(from, to)
  return true
}

/** Where the curation file names its data set, the user is asked: the file has to change. */
async function takeOutputAlong(earlierFile: string, file: string): Promise<void> {
  const renamed = await outputOfEarlierName(earlierFile, file)
  if (!renamed) return
  const rename = l10n.t('Rename Data Set')
  const isWanted =
    renamed.output === null ||
    (await vscode.window.showInformationMessage(
      l10n.t(
        '{0} still writes its data set to {1}. Rename it to {2}?',
        path.basename(file),
        path.basename(renamed.from),
        path.basename(renamed.to),
      ),
      rename,
    )) === rename
  if (isWanted) await renameOutput(file, renamed)
}
