// Generating, stopping, and selecting again.
import * as vscode from 'vscode'
import { earlierCandidates, setEarlierAside } from '../../curation/earlierSettings'
import { mustBeTrusted } from '../trust'
import { showCuration } from './open'
import type { Command } from './command'

export const generateCandidates: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted('Nothing is generated in an untrusted workspace.')
  await showCuration(document.uri)
  await document.generate()
}

export const selectAgain: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted('Nothing is selected in an untrusted workspace: the embedder may be a server.')
  const added = await document.select()
  if (added === null) return
  const selections = (await document.open()).round.selections().length
  void vscode.window.showInformationMessage(
    added === 0
      ? vscode.l10n.t(
          'Nothing changed: the settings give the {0} selections that are there.',
          selections,
        )
      : vscode.l10n.t(
          '{0} of {1} selections are new; those with decisions stay as they were.',
          added,
          selections,
        ),
  )
}

/** Nothing is lost: what is sampled again stays in a journal of its own. */
export const sampleAgain: Command = async ({ curations, log }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted('Nothing is generated in an untrusted workspace.')
  const curation = await document.open()
  const earlier = earlierCandidates(curation)
  if (!earlier) return
  const again = vscode.l10n.t('Sample Again')
  const choice = await vscode.window.showWarningMessage(
    earlier.candidates === 1
      ? vscode.l10n.t('Sample 1 candidate again, with the settings as they are now?')
      : vscode.l10n.t(
          'Sample {0} candidates again, with the settings as they are now?',
          earlier.candidates,
        ),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Pools that someone has decided on stay as they are. Nothing is lost: the journals as they are now are kept beside the new ones, with the time in their names.',
      ),
    },
    again,
  )
  if (choice !== again) return
  const kept = await setEarlierAside(curation, new Date())
  if (kept !== null)
    log.info(`${earlier.candidates} candidates from earlier settings are kept in ${kept}.`)
  await document.generate()
}

export const stopGeneration: Command = ({ curations }, uri) => {
  curations.stopGeneration(uri)
  return Promise.resolve()
}
