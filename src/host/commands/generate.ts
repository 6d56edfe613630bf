// Generating, stopping, and selecting again.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { earlierCandidates, setEarlierAside } from '../../curation/earlierSettings'
import { selectAnother } from '../../curation/selectAnother'
import type { AnotherReason } from '../../shared/domain'
import { mustBeTrusted } from '../trust'
import { showCuration } from './open'
import type { Command } from './command'

export const generateCandidates: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(l10n.t('Nothing is generated in an untrusted workspace.'))
  await showCuration(document.uri)
  await document.generate()
}

export const selectAgain: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(
    l10n.t('Nothing is selected in an untrusted workspace: the embedder may be a server.'),
  )
  const added = await document.select()
  if (added === null) return
  const selections = (await document.open()).round.selections().length
  void vscode.window.showInformationMessage(
    added === 0
      ? l10n.t('Nothing changed: the settings give the {0} selections that are there.', selections)
      : l10n.t(
          '{0} of {1} selections are new; those with decisions stay as they were.',
          added,
          selections,
        ),
  )
}

/** The new selections appear in the editor: only that there are none is said. */
export const another =
  (reason: AnotherReason): Command =>
  async ({ curations }, uri) => {
    const document = await curations.pick(uri)
    if (!document) return
    mustBeTrusted(
      l10n.t('Nothing is selected in an untrusted workspace: the embedder may be a server.'),
    )
    const added = await document.select((curation, engine, options) =>
      selectAnother(curation, engine, { ...options, reason }),
    )
    if (added === 0)
      void vscode.window.showInformationMessage(
        l10n.t('No pool has enough candidates that were not shown. Sample more: raise “n”.'),
      )
  }

/** Nothing is lost: what is sampled again stays in a journal of its own. */
export const sampleAgain: Command = async ({ curations, log }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(l10n.t('Nothing is generated in an untrusted workspace.'))
  const curation = await document.open()
  const earlier = earlierCandidates(curation)
  if (!earlier) return
  const again = l10n.t('Sample Again')
  const choice = await vscode.window.showWarningMessage(
    earlier.candidates === 1
      ? l10n.t('Sample 1 candidate again, with the settings as they are now?')
      : l10n.t(
          'Sample {0} candidates again, with the settings as they are now?',
          earlier.candidates,
        ),
    {
      modal: true,
      detail: l10n.t(
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
