// Context keys that decide which commands are offered.
import { isDeepStrictEqual } from 'node:util'
import * as vscode from 'vscode'
import type { ContextKey } from './commands/when'
import { activeCuration, CURATION_GLOB, type Curations } from './curations'
import type { FollowedRuns } from './followedRuns'

export function keepContextKeys(curations: Curations, runs: FollowedRuns): vscode.Disposable {
  const values = new Map<ContextKey, boolean | string[]>()
  function set(key: ContextKey, value: boolean | string[]): void {
    if (isDeepStrictEqual(values.get(key), value)) return
    values.set(key, value)
    void vscode.commands.executeCommand('setContext', `aepo.${key}`, value)
  }
  function update(): void {
    const generating = curations.files((document) => document.isBusy)
    set('generating', generating.length > 0)
    set('generatingFiles', generating)
    const training = runs.liveFiles()
    set('training', training.length > 0)
    set('trainingFiles', training)
    set('curationInFront', activeCuration() !== undefined)
  }
  async function look(): Promise<void> {
    set(
      'hasCuration',
      (await vscode.workspace.findFiles(CURATION_GLOB, '**/node_modules/**', 1)).length > 0,
    )
  }
  const watcher = vscode.workspace.createFileSystemWatcher(CURATION_GLOB, false, true, false)
  update()
  void look()
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidDelete(look),
    curations.onChange(update),
    runs.onChange(update),
    vscode.workspace.onDidChangeWorkspaceFolders(look),
    vscode.window.tabGroups.onDidChangeTabs(update),
    vscode.window.tabGroups.onDidChangeTabGroups(update),
  )
}
