// Import Candidates…: responses from a file become candidates of a curation.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { oneOrSeveral } from '../../core/counted'
import { importCandidates } from '../../curation/prompts/importCandidates'
import { importedSentence } from '../../curation/prompts/imported'
import { askingOfBroken } from '../questions/brokenRows'
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
  const curation = await document.open()
  const imported = await askingOfBroken(
    (leavesOutBroken) => importCandidates(curation, file, { leavesOutBroken }),
    importOthers,
  )
  const select = l10n.t('Select')
  const offered = imported.candidates > 0 && vscode.workspace.isTrusted ? [select] : []
  const choice = await vscode.window.showInformationMessage(importedSentence(imported), ...offered)
  if (choice === select) await selectAgain(services, document.uri)
}

const importOthers = (others: number): string =>
  oneOrSeveral(others, l10n.t('Import the Other Row'), l10n.t`Import the Other ${others} Rows`)
