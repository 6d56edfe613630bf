// Set Server Key…: a key for a server, into the secret storage; an empty one removes it.
import * as vscode from 'vscode'
import { serverOrigins } from '../../core/formats/modelSettings'
import { activeCuration } from '../curations'
import { askServerAddress } from './servers'
import type { Command, CommandServices } from './command'

export const setServerKey: Command = async (services, uri) => {
  const title = vscode.l10n.t('Set Server Key')
  const origin = await pickOrigin(services, title, uri)
  if (origin === undefined) return
  const key = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Key for {0}, sent to this server alone. Empty: no key.', origin),
    password: true,
    ignoreFocusOut: true,
  })
  if (key === undefined) return
  await services.keys.set(origin, key.trim())
  const done =
    key.trim() === ''
      ? vscode.l10n.t('$(check) The key for {0} is removed.', origin)
      : vscode.l10n.t('$(check) The key for {0} is kept.', origin)
  vscode.window.setStatusBarMessage(done, 8000)
}

/** The servers of the curation in front, or any other. */
async function pickOrigin(
  { curations }: CommandServices,
  title: string,
  uri?: vscode.Uri,
): Promise<string | undefined> {
  const file = uri ?? activeCuration()
  const origins = file
    ? await curations
        .document(file)
        .open()
        .then(
          ({ settings }) => serverOrigins(settings),
          () => [],
        )
    : []
  const other = { label: vscode.l10n.t('$(edit) Another server…') }
  if (origins.length > 0) {
    const picked = await vscode.window.showQuickPick(
      [...origins.map((label) => ({ label })), other],
      { title, placeHolder: vscode.l10n.t('Which server is the key for?') },
    )
    if (picked !== other) return picked?.label
  }
  const address = await askServerAddress(title)
  return address === undefined ? undefined : new URL(address).origin
}
