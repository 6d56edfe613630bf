// What an untrusted workspace cannot do.
// Invariant I16.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { failureError } from '../shared/errors'

/** @throws FailureError `untrusted` with the message, which says what cannot be done. */
export function mustBeTrusted(message: string): void {
  if (!vscode.workspace.isTrusted)
    throw failureError('untrusted', message, { remedy: l10n.t('Trust the workspace first.') })
}
