// Import Candidates…: responses from a file become candidates of a curation.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { oneOrSeveral } from '../../core/counted'
import type { Curation } from '../../curation/curation'
import { type ImportedCandidates, importCandidates } from '../../curation/prompts/importCandidates'
import { importedSentence } from '../../curation/prompts/imported'
import { BrokenRowsError } from '../../store/candidateFile'
import { askRowFile } from '../questions/rowFile'
import { askInSequence, type Question } from '../questions/sequence'
import type { Command } from './command'
import { selectAgain } from './generate'

export const importCandidatesCommand: Command = async (services, uri) => {
  const document = await services.curations.pick(uri)
  if (!document) return
  const question: Question<string> = {
    ask: (file, place) =>
      askRowFile(place, {
        placeholder: l10n.t('File with a prompt and its responses in each row'),
        current: file,
      }),
  }
  const file = await askInSequence(l10n.t('Import Candidates'), [question], '')
  if (file === undefined) return
  const imported = await importOrAsk(await document.open(), file)
  const select = l10n.t('Select')
  const offered = imported.candidates > 0 && vscode.workspace.isTrusted ? [select] : []
  const choice = await vscode.window.showInformationMessage(importedSentence(imported), ...offered)
  if (choice === select) await selectAgain(services, document.uri)
}

/** Where some rows are broken the user decides whether the others are imported. */
async function importOrAsk(curation: Curation, file: string): Promise<ImportedCandidates> {
  try {
    return await importCandidates(curation, file)
  } catch (thrown) {
    if (!(thrown instanceof BrokenRowsError) || !(await leavesOut(thrown))) throw thrown
    return importCandidates(curation, file, { leavesOutBroken: true })
  }
}

async function leavesOut({ failure, others }: BrokenRowsError): Promise<boolean> {
  const leaveOut = oneOrSeveral(
    others,
    l10n.t('Import the Other Row'),
    l10n.t`Import the Other ${others} Rows`,
  )
  const choice = await vscode.window.showWarningMessage(
    l10n.t('Some rows are broken. Leave them out?'),
    { modal: true, detail: failure.message.trimEnd() },
    leaveOut,
  )
  return choice === leaveOut
}
