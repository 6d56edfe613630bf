// A curation to show after its folder was opened: that restarts the extension.
import * as vscode from 'vscode'
import { CURATION_VIEW_TYPE } from './curations'

const KEY = 'fileToShow'

export async function showWhenOpened(memory: vscode.Memento, file: vscode.Uri): Promise<void> {
  await memory.update(KEY, file.fsPath)
}

/** Shows the file that {@link showWhenOpened} named, where it is in a folder of this window. */
export async function showPending(memory: vscode.Memento): Promise<void> {
  const name = memory.get<string>(KEY)
  const file = name === undefined ? undefined : vscode.Uri.file(name)
  if (!file || !vscode.workspace.getWorkspaceFolder(file)) return
  await memory.update(KEY, undefined)
  await vscode.commands.executeCommand('vscode.openWith', file, CURATION_VIEW_TYPE)
}
