// Generating, stopping, and selecting again.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { countsOf } from '../../curation/counts'
import { earlierCandidates, setEarlierAside } from '../../curation/generation/earlierSettings'
import { selectAnother } from '../../curation/selection/selectAnother'
import type { AnotherReason } from '../../shared/domain'
import type { CurationDocument } from '../curationDocument'
import { anotherReport, generationReport, selectionReport } from '../workReports'
import { mustBeTrusted } from '../trust'
import { showCuration } from './open'
import type { Command } from './command'

export const generateCandidates: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(l10n.t('Nothing is generated in an untrusted workspace.'))
  await showCuration(document.uri)
  await generateAndReport(document)
}

async function generateAndReport(document: CurationDocument): Promise<void> {
  const result = await document.generate()
  const report = result && generationReport(result)
  if (report !== null) void vscode.window.showInformationMessage(report)
}

export const selectAgain: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(
    l10n.t('Nothing is selected in an untrusted workspace: the embedder may be a server.'),
  )
  const { end, added } = await document.select()
  const { selected, due } = countsOf(await document.open())
  const counts = { selections: selected, ...(due === undefined ? {} : { due }) }
  void vscode.window.showInformationMessage(selectionReport(end, added, counts))
}

/** The new selections appear in the editor. */
export const another =
  (reason: AnotherReason): Command =>
  async ({ curations }, uri) => {
    const document = await curations.pick(uri)
    if (!document) return
    mustBeTrusted(
      l10n.t('Nothing is selected in an untrusted workspace: the embedder may be a server.'),
    )
    const { end, added } = await document.select((curation, engine, options) =>
      selectAnother(curation, engine, { ...options, reason }),
    )
    const report = anotherReport(end, added)
    if (report !== null) void vscode.window.showInformationMessage(report)
  }

/** Samples again for the prompts that were left out. */
export const retryLeftOut: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(l10n.t('Nothing is generated in an untrusted workspace.'))
  await document.generate({ retriesLeftOut: true })
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
  await generateAndReport(document)
}

export const stopGeneration: Command = ({ curations }, uri) => {
  curations.stopGeneration(uri)
  return Promise.resolve()
}
