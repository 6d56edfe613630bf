// Tells of changes on disk, inside the workspace and outside.
import * as vscode from 'vscode'

/**
 * Calls `onChange` when something that matches `pattern`, relative to `folder`, came, changed or
 * went.
 */
export function watchFiles(
  folder: string,
  pattern: string,
  onChange: (uri: vscode.Uri) => void,
): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.file(folder), pattern),
  )
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(onChange),
    watcher.onDidChange(onChange),
    watcher.onDidDelete(onChange),
  )
}
