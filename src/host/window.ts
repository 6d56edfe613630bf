// VS Code as a curation document uses it.
import * as vscode from 'vscode'
import { annotatorName } from './annotatorName'
import type { DocumentWindow } from './documentServices'
import { RowProblems } from './rowProblems'
import { readSettings } from './settings'
import { watchFiles } from './watchFiles'

export const displayPath = (file: string): string => vscode.workspace.asRelativePath(file, false)

export const documentWindow: DocumentWindow = {
  isTrusted: () => vscode.workspace.isTrusted,
  onTrust: (listener) => vscode.workspace.onDidGrantWorkspaceTrust(() => listener()),
  annotator: () => annotatorName(readSettings().annotator),
  displayPath,
  rowProblems: () => new RowProblems(),
  watch: (folder, pattern, onChange) =>
    watchFiles(folder, pattern, ({ fsPath }) => onChange(fsPath)),
}
