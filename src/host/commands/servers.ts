// Asking for a server with the OpenAI API and for one of its models.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { isServerAddress } from '../../core/formats/modelSettings'
import { describeFailure, toFailure } from '../../shared/errors'
import type { CommandServices } from './command'

/** The address of the API; undefined when the person gave up. */
export async function askServerAddress(title: string): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('Address of the server’s OpenAI API'),
    value: 'http://localhost:8000/v1',
    ignoreFocusOut: true,
    validateInput: (text) =>
      isServerAddress(text.trim())
        ? undefined
        : l10n.t('An address such as http://localhost:8000/v1, without user, password or query.'),
  })
  return address?.trim()
}

/**
 * A model of the server: one that it lists, else a name that is typed. Nothing is asked of it in an
 * untrusted workspace.
 */
export async function pickServerModel(
  { engine, log }: CommandServices,
  server: string,
  title: string,
): Promise<string | undefined> {
  const models = vscode.workspace.isTrusted
    ? await engine.request('serverModels', { server }).catch((thrown: unknown) => {
        log.warn(describeFailure(toFailure(thrown)))
        return []
      })
    : []
  const other = { label: l10n.t('$(edit) Another model…') }
  if (models.length > 0) {
    const picked = await vscode.window.showQuickPick(
      [...models.map((label) => ({ label })), other],
      { title, placeHolder: l10n.t('Which of the server’s models samples the candidates?') },
    )
    if (picked !== other) return picked?.label
  }
  const prompt =
    models.length > 0
      ? l10n.t('The model as the server names it')
      : l10n.t('The server does not list its models now. The model as the server names it')
  const model = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? l10n.t('A name.') : undefined),
  })
  return model?.trim()
}
