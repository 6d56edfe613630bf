// What waits until the person trusts the workspace.
import * as vscode from 'vscode'
import { failureError } from '../shared/errors'

/** @throws FailureError `untrusted`, with the sentence that says what is not done. */
export function mustBeTrusted(message: string): void {
  if (!vscode.workspace.isTrusted)
    throw failureError('untrusted', message, { remedy: 'Trust the workspace first.' })
}
