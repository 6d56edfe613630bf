// Start, resumption and stop of training runs.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { Curation } from '../../curation/curation'
import type { PreparedRun, RunRequest } from '../../training/prepareRun'
import type { TrainingFormAction } from '../../shared/trainingForm'
import { tokensText } from '../../core/training/tokensText'
import { METHOD_IDS } from '../../core/training/methods/table'
import { countRows, requireRows } from '../../training/rows'
import { activeCuration } from '../curations'
import type { FollowedRuns } from '../followedRuns'
import { workspaceFolder } from '../settings'
import type { TrainingService } from '../trainingService'
import { showCuration } from './open'
import type { Command } from './command'
import type { TrainingDraft } from '../trainingDraft'
import { displayPath } from '../window'
import { writeJobScript } from './trainingJob'
import {
  askSettingFile,
  askTrainedModel,
  confirmProblems,
  trainableModels,
} from './trainingQuestions'

/** Rows that are shown as tokens. */
const SHOWN_ROWS = 20
const STATUS_MS = 3000

/** Opens the form. */
export const startTraining: Command = async ({ curations, runs, training }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  document.showFailure(null)
  runs.mustBeIdle(document.uri.fsPath)
  const curation = await document.open()
  if (METHOD_IDS.every((method) => countRows(curation, { method }) === 0))
    requireRows(curation, { method: 'dpo' })
  await showCuration(document.uri)
  const latest = runs.all(curation).at(-1)?.file.model
  document.beginTraining(await trainableModels(latest), {
    folder: workspaceFolder(),
    factsOf: await training.facts(curation),
    previous: () =>
      runs
        .generators(curation)
        .map(({ file }) => file.id)
        .toReversed(),
  })
}

/** What a control of the form does. */
export const changeTraining =
  (action: TrainingFormAction): Command =>
  async ({ curations, training }, uri) => {
    const document = await curations.pick(uri)
    const draft = document?.trainingDraft
    if (!document || !draft) return
    switch (action.do) {
      case 'round': {
        const { rounds } = await document.open()
        draft.change(
          action,
          rounds.map(({ number }) => number),
        )
        return
      }
      case 'model':
      case 'method':
      case 'preset':
      case 'set':
        draft.change(action)
        return
      case 'otherModel': {
        const model = await askTrainedModel(draft.model)
        if (model) draft.offer(model)
        return
      }
      case 'chooseFile': {
        const { key } = action
        const value = await askSettingFile(key, draft.valueOf(key))
        if (value !== undefined) draft.change({ do: 'set', key, value })
        return
      }
      case 'copyCommand': {
        await vscode.env.clipboard.writeText(draft.commandOf(displayPath(document.uri.fsPath)))
        vscode.window.setStatusBarMessage(l10n.t('Command copied.'), STATUS_MS)
        return
      }
      case 'showRows':
        return preparing(draft, async () => {
          const curation = await document.open()
          await showRows(curation, training, draft.requestOf(curation))
        })
      case 'start':
        return preparing(draft, async () => {
          const curation = await document.open()
          document.showFailure(null)
          const prepared = await prepareWanted(curation, training, draft.requestOf(curation))
          if (!prepared) return
          await training.launch(curation, prepared)
          document.closeTraining()
          void vscode.window.showInformationMessage(l10n.t('Training started: {0}.', prepared.plan))
        })
      case 'writeJob':
        return preparing(draft, async () => {
          const curation = await document.open()
          document.showFailure(null)
          if (await writeJobScript(curation, training, draft.requestOf(curation)))
            document.closeTraining()
        })
      case 'close':
        document.closeTraining()
    }
  }

/** The form waits meanwhile. */
async function preparing(draft: TrainingDraft, work: () => Promise<void>): Promise<void> {
  draft.setPreparing(true)
  try {
    await work()
  } finally {
    draft.setPreparing(false)
  }
}

/** Prepares a run and asks about rows that are left out or cut; null when the user cancelled. */
async function prepareWanted(
  curation: Curation,
  training: TrainingService,
  request: RunRequest,
): Promise<PreparedRun | null> {
  const prepared = await training.prepare(curation, request, { tokens: SHOWN_ROWS })
  if (!prepared || isAgreed(prepared, request)) return prepared
  const answer = await confirmProblems(prepared, request.common)
  if (answer === 'start') return prepared
  await prepared.discard()
  if (answer === 'show-rows') {
    await openText(prepared)
    return null
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
  const prepared = await training.prepare(curation, request, { tokens: SHOWN_ROWS })
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

export const stopTraining: Command = async ({ runs }, uri) => {
  const file = await liveFile(runs, uri)
  if (file !== undefined) await runs.stop(file)
}

/** The run saves a checkpoint at the end of its step, and ends. */
export const pauseTraining: Command = async ({ runs }, uri) => {
  const file = await liveFile(runs, uri)
  if (file !== undefined) await runs.pause(file)
}

/**
 * The curation whose run is meant: the one that is named or in front, else the only one with a run,
 * or a picked one.
 */
async function liveFile(
  runs: FollowedRuns,
  uri: vscode.Uri | undefined,
): Promise<string | undefined> {
  const live = runs.liveFiles()
  const inFront = live.find((file) => file === (uri ?? activeCuration())?.fsPath)
  return inFront ?? (live.length === 1 ? live[0] : pickRun(live))
}

async function pickRun(files: readonly string[]): Promise<string | undefined> {
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }))
  return (
    await vscode.window.showQuickPick(items, {
      placeHolder: l10n.t('The training run of which curation?'),
    })
  )?.file
}
