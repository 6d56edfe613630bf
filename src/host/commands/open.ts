// Opening a curation as editor or as text, and the files that belong to it.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import { failureError } from '../../shared/errors'
import { locateCuration } from '../../store/curationFileStore'
import { harnessCommand } from '../../training/builtModels'
import type { CurationDocument } from '../curationDocument'
import { CURATION_VIEW_TYPE } from '../curations'
import type { Command } from './command'

const STATUS_MS = 3000

export const openCuration: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (document) await showCuration(document.uri)
}

export const openText: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (document) await vscode.commands.executeCommand('vscode.openWith', document.uri, 'default')
}

export const openOutput: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  const { output } = await locateCuration(document.uri.fsPath)
  if (!existsSync(output)) await writeMissing(document, output)
  await openFile(output)
}

/** A data set that was deleted is made again from the decisions. */
async function writeMissing(document: CurationDocument, output: string): Promise<void> {
  const { dataSet } = await document.open()
  if (dataSet.counts().pairs === 0)
    throw failureError('not-found', l10n.t('There is no data set yet.'), {
      where: output,
      remedy: l10n.t('It is written with the first label that prefers a response.'),
    })
  await dataSet.write()
}

export const openPrompts: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (document) await openFile((await locateCuration(document.uri.fsPath)).prompts)
}

/** In whatever editor its kind has: prompts may be a Parquet file. */
async function openFile(file: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: true })
}

/** What the runner of a run wrote. */
export const openRunLog =
  (id: string): Command =>
  async ({ curations, runs }, uri) => {
    const document = await curations.pick(uri)
    const run = document && runs.find(await document.open(), id)
    if (run) await vscode.window.showTextDocument(vscode.Uri.file(run.logFile), { preview: true })
  }

/** The line that measures the model of a run on public benchmarks. */
export const copyHarness =
  (id: string): Command =>
  async ({ curations, runs }, uri) => {
    const document = await curations.pick(uri)
    const run = document && runs.find(await document.open(), id)
    if (!run) return
    await vscode.env.clipboard.writeText(harnessCommand(run))
    vscode.window.setStatusBarMessage(l10n.t('Command copied.'), STATUS_MS)
  }

export async function showCuration(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, CURATION_VIEW_TYPE)
}
