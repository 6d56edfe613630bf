// Context keys that decide which commands are offered.
import * as vscode from 'vscode'
import type { Curations } from './curations'
import { activeCuration, CURATION_GLOB } from './curations'
import type { TrainingService } from './trainingService'

export function keepContextKeys(curations: Curations, training: TrainingService): vscode.Disposable {
  const values = new Map<string, boolean>()
  function set(key: string, value: boolean): void {
    if (values.get(key) === value) return
    values.set(key, value)
    void vscode.commands.executeCommand('setContext', `aepo.${key}`, value)
  }
  function update(): void {
    set('generating', curations.some((session) => session.generating))
    set('training', training.anyLive)
    set('curationInFront', activeCuration() !== undefined)
  }
  async function look(): Promise<void> {
    set('hasCuration', (await vscode.workspace.findFiles(CURATION_GLOB, '**/node_modules/**', 1)).length > 0)
  }
  const watcher = vscode.workspace.createFileSystemWatcher(CURATION_GLOB, false, true, false)
  update()
  void look()
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidDelete(look),
    curations.onChange(update),
    training.onChange(update),
    vscode.window.tabGroups.onDidChangeTabs(update),
    vscode.window.tabGroups.onDidChangeTabGroups(update),
  )
}
