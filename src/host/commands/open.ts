// Opening a curation as editor or as text, and the files that belong to it.
import * as vscode from 'vscode'
import { CURATION_VIEW_TYPE } from '../curations'
import type { Command } from './table'

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
  if (session) await vscode.window.showTextDocument(vscode.Uri.file((await session.open()).paths.output), { preview: true })
}

export const openPrompts: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (session) await vscode.window.showTextDocument(vscode.Uri.file((await session.open()).paths.prompts), { preview: true })
}

/** What the runner of a run wrote. */
export const openRunLog = (id: string): Command => async ({ curations, training }, uri) => {
  const session = await curations.pick(uri)
  const run = session && training.find(await session.open(), id)
  if (run) await vscode.window.showTextDocument(vscode.Uri.file(run.logFile), { preview: true })
}

export async function showCuration(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, CURATION_VIEW_TYPE)
}
