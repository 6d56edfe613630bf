// Start, resumption and stop of training runs.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { Curation } from '../../curation/curation'
import type { PreparedRun, RunRequest } from '../../training/prepareRun'
import { tokensText } from '../../core/training/tokensText'
import { countRows, requireRows } from '../../training/rows'
import { METHOD_IDS, type MethodId } from '../../core/training/methods/table'
import { activeCuration } from '../curations'
import type { TrainingService } from '../trainingService'
import { showCuration } from './open'
import type { Command } from './command'
import { askInSequence } from '../questions/sequence'
import {
  confirmProblems,
  FIRST_ANSWERS,
  hyperparametersOf,
  type TrainingAnswers,
  trainingQuestions,
} from './trainingQuestions'

/** Rows that are shown as tokens. */
const SHOWN_ROWS = 20

export const startTraining: Command = async ({ curations, training }, uri) => {
  const session = await curations.pick(uri)
  if (!session) return
  session.showFailure(null)
  const curation = await session.open()
  training.mustBeIdle(session.uri.fsPath)
  const prepared = await askAndPrepare(curation, training)
  if (!prepared) return
  await showCuration(session.uri)
  await training.launch(curation, prepared)
  void vscode.window.showInformationMessage(l10n.t('Training started: {0}.', prepared.plan))
}

/** A run as the user wants it; null when the user cancelled. */
async function askAndPrepare(
  curation: Curation,
  training: TrainingService,
): Promise<PreparedRun | null> {
  const count = (method: MethodId): number => countRows(curation, { method })
  if (METHOD_IDS.every((method) => count(method) === 0)) requireRows(curation, FIRST_ANSWERS)
  const requestOf = (answers: TrainingAnswers): RunRequest => ({
    method: answers.method,
    model: answers.model,
    ...hyperparametersOf(answers, count(answers.method)),
  })
  const questions = trainingQuestions(count, (answers) =>
    showRows(curation, training, requestOf(answers)),
  )
  const title = l10n.t('Start Training Run')
  let answers = await askInSequence(title, questions, FIRST_ANSWERS)
  while (answers) {
    const outcome = await prepareWanted(curation, training, requestOf(answers))
    if (outcome !== 'ask-again') return outcome
    answers = await askInSequence(title, questions, answers, 'last')
  }
  return null
}

/** Prepares a run and asks about rows that are left out or cut; null when the user cancelled. */
async function prepareWanted(
  curation: Curation,
  training: TrainingService,
  request: RunRequest,
): Promise<PreparedRun | 'ask-again' | null> {
  const prepared = await training.prepare(curation, request, SHOWN_ROWS)
  if (!prepared || isAgreed(prepared, request)) return prepared
  const answer = await confirmProblems(prepared, request.common)
  if (answer === 'start') return prepared
  await prepared.discard()
  if (answer === 'show-rows') {
    await openText(prepared)
    return 'ask-again'
  }
  if (answer !== 'keep-cut-off') return null
  const common = { ...request.common, cutOff: 'keep' as const }
  return prepareWanted(curation, training, { ...request, common })
}

/** Nothing is left to ask: a user who keeps cut-off rows has decided on them. */
const isAgreed = ({ inspection }: PreparedRun, { common }: RunRequest): boolean =>
  inspection.problems.every(({ kind }) => kind === 'cut-off' && common.cutOff === 'keep')

async function showRows(
  curation: Curation,
  training: TrainingService,
  request: RunRequest,
): Promise<void> {
  const prepared = await training.prepare(curation, request, SHOWN_ROWS)
  if (!prepared) return
  await prepared.discard()
  await openText(prepared)
}

async function openText({ inspection, plan }: PreparedRun): Promise<void> {
  const content = tokensText(inspection, plan)
  const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' })
  await vscode.window.showTextDocument(document, { preview: true })
}

/** Resumes a run that ended early from its last checkpoint. */
export const resumeTraining =
  (id: string): Command =>
  async ({ curations, training }, uri) => {
    const session = await curations.pick(uri)
    if (!session) return
    session.showFailure(null)
    await training.resume(await session.open(), id)
  }

/**
 * The run of the curation that is named or in front, else the only one there is, or a picked one.
 */
export const stopTraining: Command = async ({ training }, uri) => {
  const live = training.liveFiles()
  const meant =
    live.find((file) => file === (uri ?? activeCuration())?.fsPath) ??
    (live.length === 1 ? live[0] : await pickRun(live))
  if (meant !== undefined) await training.stop(meant)
}

async function pickRun(files: readonly string[]): Promise<string | undefined> {
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }))
  return (
    await vscode.window.showQuickPick(items, {
      placeHolder: l10n.t('The training run of which curation?'),
    })
  )?.file
}
