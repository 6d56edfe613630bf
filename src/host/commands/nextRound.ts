// The next round: a finished run becomes its generator. Another round is shown.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { LaterRound } from '../../core/formats/editCurationFile'
import { beginRound, mustHaveCandidates } from '../../curation/beginRound'
import type { Curation } from '../../curation/curation'
import { ONNX_SIZE } from '../../processes/pythonPackages'
import { failureError } from '../../shared/errors'
import { mustBeGenerator, servingLine } from '../../training/builtModels'
import { localRound, servedRound } from '../../training/nextRound'
import type { TrainingRun } from '../../training/trainingRun'
import type { CurationDocument } from '../curationDocument'
import { askServerAddress } from '../questions/server'
import { mustBeTrusted } from '../trust'
import type { Command, CommandServices } from './command'
import { generateCandidates } from './generate'
import { tryGenerator } from './tryModels'

/** The one that the user picks. */
export const useAsGenerator: Command = (services, uri) => useRunOrPick(services, uri)

export const useRun =
  (id: string): Command =>
  (services, uri) =>
    useRunOrPick(services, uri, id)

export const showRound =
  (number: number): Command =>
  async ({ curations }, uri) => {
    await (await curations.pick(uri))?.showRound(number)
  }

async function useRunOrPick(
  services: CommandServices,
  uri: vscode.Uri | undefined,
  id?: string,
): Promise<void> {
  const opened = await openForNextRound(services, uri)
  if (!opened) return
  const { document, curation } = opened
  const run =
    id === undefined
      ? await pickFinishedRun(services, curation, {
          title: l10n.t('Use as Generator'),
          placeHolder: l10n.t('Which run’s model samples the next round?'),
        })
      : services.runs.find(curation, id)
  if (!run) return
  mustBeGenerator(run)
  const round = await roundWanted(services, curation, run)
  if (round) await begin(services, document, curation, round)
}

/** The curation that a round may be begun in; undefined when the user picked none. */
export async function openForNextRound(
  { curations }: CommandServices,
  uri: vscode.Uri | undefined,
): Promise<{ document: CurationDocument; curation: Curation } | undefined> {
  const document = await curations.pick(uri)
  if (!document) return undefined
  mustBeTrusted(l10n.t('No model is built in an untrusted workspace.'))
  document.showFailure(null)
  const curation = await document.open()
  mustHaveCandidates(curation)
  return { document, curation }
}

/** Begins a round, and offers to generate it or to try its model. */
export async function begin(
  services: CommandServices,
  document: CurationDocument,
  curation: Curation,
  round: LaterRound,
): Promise<void> {
  mustBeSaved(document)
  const number = await beginRound(curation, round)
  await document.reload()
  const generate = l10n.t('Generate Candidates')
  const tryIt = l10n.t('Try It First')
  const choice = await vscode.window.showInformationMessage(
    l10n.t('Round {0} begins. Its candidates are still to be generated.', number),
    generate,
    tryIt,
  )
  if (choice === tryIt) await tryGenerator(services, document)
  if (choice === generate) await generateCandidates(services, document.uri)
}

/** A run whose model generates; undefined when the user picked none. */
export async function pickFinishedRun(
  { runs }: CommandServices,
  curation: Curation,
  question: { title: string; placeHolder: string },
): Promise<TrainingRun | undefined> {
  const finished = runs.generators(curation)
  if (finished.length === 0)
    throw failureError('not-found', l10n.t('No training run is finished.'), {
      where: curation.paths.runs,
      remedy: l10n.t('Start a training run, or wait for its end.'),
    })
  const items = finished.toReversed().map((run) => ({ label: run.file.id, run }))
  const picked = await vscode.window.showQuickPick(items, {
    ...question,
    ignoreFocusOut: true,
  })
  return picked?.run
}

/** The round as the user wants it: the model on this machine, or behind a server. */
async function roundWanted(
  { training }: CommandServices,
  curation: Curation,
  run: TrainingRun,
): Promise<LaterRound | null> {
  const [build, serve] = [l10n.t('Build and Begin'), l10n.t('Serve with vLLM…')]
  const choice = await vscode.window.showInformationMessage(
    l10n.t('Begin round {0} with the model of this run?', curation.rounds.length + 1),
    {
      modal: true,
      detail: l10n.t(
        'The model is built for sampling, and it is measured whether what was trained is kept. That takes minutes, and about {0} of Python packages are downloaded where they are missing. A large model is better served.\n\nEarlier rounds stay as they are, and can still be labelled.',
        ONNX_SIZE,
      ),
    },
    build,
    serve,
  )
  if (choice === build) return (await training.buildModel(run)) && localRound(curation, { run })
  if (choice !== serve) return null
  await vscode.env.clipboard.writeText(await servingLine(run))
  void vscode.window.showInformationMessage(
    l10n.t('The line that serves the model is in the clipboard: run it in a terminal with vLLM.'),
  )
  const place = { title: l10n.t('Serve with vLLM'), step: 1, steps: 1, canGoBack: false }
  const server = await askServerAddress(place)
  return server.kind === 'given' ? servedRound(curation, { run }, server.value) : null
}

/** @throws FailureError `bad-input` where an editor holds changes of the curation file. */
function mustBeSaved({ uri }: CurationDocument): void {
  const isDirty = vscode.workspace.textDocuments.some(
    (one) => one.uri.fsPath === uri.fsPath && one.isDirty,
  )
  if (isDirty)
    throw failureError('bad-input', l10n.t('The curation file has unsaved changes.'), {
      where: uri.fsPath,
      remedy: l10n.t('Save them first.'),
    })
}
