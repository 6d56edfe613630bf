// A curation file that is renamed or moved takes its data folder along: annotations belong to it.
import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { CURATION_SUFFIX, dataFolder } from '../store/curationPaths'
import type { Curations } from './curations'

export function followRenames(curations: Curations): vscode.Disposable {
  return vscode.workspace.onWillRenameFiles((event) => event.waitUntil(dataFolders(event.files, curations)))
}

async function dataFolders(files: vscode.FileWillRenameEvent['files'], curations: Curations): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit()
  for (const { oldUri, newUri } of files) {
    await curations.close(oldUri)
    if (![oldUri, newUri].every(({ path }) => path.endsWith(CURATION_SUFFIX))) continue
    const [from, to] = [dataFolder(oldUri.fsPath), dataFolder(newUri.fsPath)]
    if (existsSync(from) && !existsSync(to)) edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to))
  }
  return edit
}
