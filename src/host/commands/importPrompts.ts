// Import Prompts…: a file in any supported format becomes a prompts file of the workspace, and
// duplicates are reported.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { importedPromptsSentence } from '../../curation/prompts/imported'
import { importPrompts } from '../../curation/prompts/importPrompts'
import { answersFor, NO_PROMPTS } from '../questions/promptAnswers'
import { promptQuestions } from '../questions/prompts'
import { askInSequence } from '../questions/sequence'
import type { Command } from './command'

export const importPromptFile: Command = async (_services, uri) => {
  const title = l10n.t('Import Prompts')
  const start = uri ? await answersFor(uri.fsPath) : NO_PROMPTS
  const answers = await askInSequence(title, promptQuestions({ isKnown: uri !== undefined }), start)
  if (!answers) return
  const from = vscode.Uri.file(answers.file)
  const folder =
    vscode.workspace.getWorkspaceFolder(from)?.uri ??
    vscode.workspace.workspaceFolders?.[0]?.uri ??
    vscode.Uri.joinPath(from, '..')
  const suggestion = `${path.basename(from.fsPath).replace(/\..*$/, '')}.prompts.jsonl`
  const to = await vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(folder, suggestion),
    filters: { JSONL: ['jsonl'] },
  })
  if (!to) return
  const { prompts, duplicates } = await importPrompts(from.fsPath, to.fsPath, {
    fields: answers.fields,
    table: {},
  })
  await vscode.window.showTextDocument(to, { preview: true })
  const create = l10n.t('New Curation…')
  const report = importedPromptsSentence(prompts, duplicates)
  const choice = await vscode.window.showInformationMessage(report, create)
  if (choice === create) await vscode.commands.executeCommand('aepo.newCuration', to)
}
