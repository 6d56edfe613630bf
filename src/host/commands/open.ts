// Opening a curation as editor or as text, and the files that belong to it.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { failureError } from '../../shared/errors'
import { locateCuration } from '../../store/curationFileStore'
import { CURATION_VIEW_TYPE } from '../curations'
import type { Command } from './command'

export const openCuration: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (session) await showCuration(session.uri)
}

export const openText: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (session) await vscode.commands.executeCommand('vscode.openWith', session.uri, 'default')
}

export const openOutput: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (!session) return
  const { output } = await locateCuration(session.uri.fsPath)
  if (!existsSync(output))
    throw failureError('not-found', l10n.t('There is no data set yet.'), {
      where: output,
      remedy: l10n.t('It is written with the first decision.'),
    })
  await openFile(output)
}

export const openPrompts: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (session) await openFile((await locateCuration(session.uri.fsPath)).prompts)
}

/** In whatever editor its kind has: prompts may be a Parquet file. */
async function openFile(file: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: true })
}

/** What the runner of a run wrote. */
export const openRunLog =
  (id: string): Command =>
  async ({ curations, training }, uri) => {
    const session = await curations.pick(uri)
    const run = session && training.find(await session.open(), id)
    if (run) await vscode.window.showTextDocument(vscode.Uri.file(run.logFile), { preview: true })
  }

export async function showCuration(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, CURATION_VIEW_TYPE)
}
