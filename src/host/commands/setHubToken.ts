// Set Hugging Face Token…: for gated and private models, into the secret storage; an empty one
// removes it.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { hubOrigin } from '../settings'
import type { Command } from './command'

const STATUS_MS = 8000

export const setHubToken: Command = async ({ keys }) => {
  const origin = hubOrigin()
  const token = await vscode.window.showInputBox({
    title: l10n.t('Set Hugging Face Token'),
    prompt: l10n.t(
      'Access token for gated and private models, sent to {0} alone. Empty: no token.',
      origin,
    ),
    password: true,
    ignoreFocusOut: true,
  })
  if (token === undefined) return
  await keys.set(origin, token.trim())
  const done =
    token.trim() === ''
      ? l10n.t('$(check) The Hugging Face token is removed.')
      : l10n.t('$(check) The Hugging Face token is kept.')
  vscode.window.setStatusBarMessage(done, STATUS_MS)
}
