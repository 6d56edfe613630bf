// The status bar: which model runs where, and the work under way with its rate; a click shows its
// curation.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { Curations } from './curations'

export function createModelItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('aepo.model', vscode.StatusBarAlignment.Right, 100)
  item.name = l10n.t('AEPO Model')
  item.command = 'aepo.showLog'
  return item
}

export function showActivity(curations: Curations): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'aepo.activity',
    vscode.StatusBarAlignment.Left,
    10,
  )
  item.name = l10n.t('AEPO Activity')
  let shown: string | undefined
  const subscription = curations.onChange(() => {
    const document = curations.busy()
    if (!document?.work.activity) {
      item.hide()
      return
    }
    const uri = document.uri.toString()
    // A click is lost while the command is set again.
    if (uri !== shown)
      item.command = {
        title: l10n.t('Show Curation'),
        command: 'aepo.openCuration',
        arguments: [document.uri],
      }
    shown = uri
    const { sentence, done, total, tokensPerSecond } = document.work.activity
    const rate =
      tokensPerSecond === null ? '' : ` · ${l10n.t('{0} tokens/s', Math.round(tokensPerSecond))}`
    item.text = `$(sync~spin) AEPO ${done}/${total}${rate}`
    item.tooltip = l10n.t('{0}. Click to show it.', sentence)
    item.show()
  })
  return vscode.Disposable.from(item, subscription)
}
