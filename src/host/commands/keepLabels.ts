// Edited prompts keep the candidates and labels of the prompts that they were before, where the
// user says so.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { shortened } from '../../core/text/values'
import { type Keepable, keepable, keepLabels } from '../../curation/prompts/keepLabels'
import type { Command } from './command'

/** Longer texts are cut by the list anyway. */
const EXCERPT_CHARACTERS = 200

export const keepLabelsOfEdited: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  const curation = await document.open()
  const offered = keepable(curation)
  if (offered.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('No prompt of the file stands where a prompt with candidates stood before.'),
    )
    return
  }
  const picked = await vscode.window.showQuickPick(offered.map(itemOf), {
    title: l10n.t('Keep Labels of Edited Prompts'),
    placeHolder: l10n.t('Check that each response still answers its prompt'),
    canPickMany: true,
    ignoreFocusOut: true,
  })
  if (!picked || picked.length === 0) return
  await keepLabels(
    curation,
    picked.map(({ value }) => value),
  )
  await document.reload()
}

const itemOf = (value: Keepable): vscode.QuickPickItem & { value: Keepable } => ({
  label: shortened(value.prompt.messages.at(-1)?.content ?? '', EXCERPT_CHARACTERS),
  description: l10n.t`line ${value.line} (candidates: ${value.candidates}, labels: ${value.annotations})`,
  detail: shortened(value.response, EXCERPT_CHARACTERS),
  value,
})
