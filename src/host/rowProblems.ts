// What was found in the rows of a file of prompts, in the Problems panel.
import * as vscode from 'vscode'
import type { PromptRowFinding } from '../curation/prompts/rowFindings'

/** Those of one curation. */
export class RowProblems {
  private readonly collection = vscode.languages.createDiagnosticCollection('aepo')

  /** Replaces what was shown, also for another file. */
  set(file: string, findings: readonly PromptRowFinding[]): void {
    this.collection.clear()
    this.collection.set(vscode.Uri.file(file), findings.map(diagnosticOf))
  }

  dispose(): void {
    this.collection.dispose()
  }
}

function diagnosticOf({ line, message, severity }: PromptRowFinding): vscode.Diagnostic {
  const start = new vscode.Position(line - 1, 0)
  const range = new vscode.Range(start, new vscode.Position(line - 1, Number.MAX_SAFE_INTEGER))
  const diagnostic = new vscode.Diagnostic(range, message, severityOf(severity))
  diagnostic.source = 'AEPO'
  return diagnostic
}

/** Asked for when it is needed: the manifest is made without VS Code. */
const severityOf = (severity: PromptRowFinding['severity']): vscode.DiagnosticSeverity =>
  severity === 'warning' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information
