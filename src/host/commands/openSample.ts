// Open Sample: a copy of the sample that comes with the extension, in the workspace.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { showWhenOpened } from '../pendingFile'
import { copySample, FIRST_SAMPLE } from '../sample'
import type { Command } from './command'
import { showCuration } from './open'

const FOLDER = 'aepo-sample'

export const openSample: Command = async ({ memory, samples }) => {
  const [workspace] = vscode.workspace.workspaceFolders ?? []
  const parent = workspace?.uri.fsPath ?? (await chooseParent())
  if (parent === undefined) return
  const folder = existsSync(path.join(parent, FIRST_SAMPLE)) ? parent : path.join(parent, FOLDER)
  await copySample(samples, folder)
  const first = vscode.Uri.file(path.join(folder, FIRST_SAMPLE))
  if (workspace) return showCuration(first)
  await showWhenOpened(memory, first)
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder))
}

async function chooseParent(): Promise<string | undefined> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: l10n.t('Folder to copy the sample to'),
      openLabel: l10n.t('Copy the Sample Here'),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? []
  return parent?.fsPath
}
