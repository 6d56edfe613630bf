// What is wrong in a curation file, in the Problems panel, with line and column, while it is being
// typed.
import * as vscode from 'vscode'
import { parseCurationFile } from '../core/formats/parseCurationFile'
import { describeFailure } from '../shared/errors'
import { CURATION_SUFFIX } from '../store/curationPaths'

export function watchProblems(): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection('aepo')
  function check(document: vscode.TextDocument): void {
    // an old version in a comparison, say
    if (document.uri.scheme !== 'file' && document.uri.scheme !== 'vscode-remote') return
    if (!document.uri.path.endsWith(CURATION_SUFFIX)) return
    const parsed = parseCurationFile(document.getText(), document.uri.fsPath)
    const failures = 'failures' in parsed ? parsed.failures : []
    problems.set(
      document.uri,
      failures.map(({ line = 1, column = 1, message, remedy, code }) => {
        const start = new vscode.Position(line - 1, column - 1)
        const range =
          document.getWordRangeAtPosition(start) ?? new vscode.Range(start, start.translate(0, 1))
        const diagnostic = new vscode.Diagnostic(
          range,
          describeFailure({ code, message, ...(remedy === undefined ? {} : { remedy }) }),
          vscode.DiagnosticSeverity.Error,
        )
        diagnostic.source = 'AEPO'
        return diagnostic
      }),
    )
  }
  vscode.workspace.textDocuments.forEach(check)
  return vscode.Disposable.from(
    problems,
    vscode.workspace.onDidOpenTextDocument(check),
    vscode.workspace.onDidChangeTextDocument(({ document }) => check(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.delete(uri)),
  )
}
