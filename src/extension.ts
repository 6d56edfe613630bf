// Composition root: builds the services, hands them to each other, registers what VS Code calls.
// Holds no logic.
import './host/localise' // first: it loads the translations for the modules after it
import * as vscode from 'vscode'
import { actionHandler, registerCommands } from './host/commands/register'
import { keepContextKeys } from './host/contextKeys'
import { CURATION_VIEW_TYPE, Curations } from './host/curations'
import { CurationEditorProvider } from './host/editor/curationEditor'
import { EngineProcess } from './host/engineProcess'
import { LabelAnalyses } from './host/labelAnalyses'
import { documentWindow } from './host/window'
import { showPending } from './host/pendingFile'
import { watchProblems } from './host/problems'
import { FollowedRuns } from './host/followedRuns'
import { followRenames } from './host/renames'
import { ServerKeys } from './host/serverKeys'
import { Speeds } from './host/speeds'
import { createModelItem, showActivity } from './host/statusBar'
import { TrainingService } from './host/trainingService'

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('AEPO', { log: true })
  const modelItem = createModelItem()
  const keys = new ServerKeys(context.secrets)
  const engine = new EngineProcess(context, log, keys, modelItem)
  const speeds = new Speeds(context.globalState)
  const runs = new FollowedRuns(log)
  const training = new TrainingService(context, engine, keys, runs, log)
  const curations = new Curations({
    engine,
    speeds,
    runs,
    simulation: {
      cache: vscode.Uri.joinPath(context.globalStorageUri, 'simulation').fsPath,
      script: context.asAbsolutePath('dist/simulation.js'),
    },
    log,
    window: documentWindow,
  })
  const analyses = new LabelAnalyses({
    engine,
    cache: vscode.Uri.joinPath(context.globalStorageUri, 'label-analysis').fsPath,
    script: context.asAbsolutePath('dist/labelAnalysis.js'),
    isTrusted: documentWindow.isTrusted,
  })
  const services = {
    curations,
    engine,
    keys,
    speeds,
    runs,
    training,
    log,
    memory: context.globalState,
    samples: context.asAbsolutePath('samples'),
  }
  const editor = new CurationEditorProvider(
    context.extensionUri,
    curations,
    actionHandler(services),
    analyses,
  )

  // Disposed in this order: the log last, what others say while they end still reaches it.
  context.subscriptions.push(
    modelItem,
    analyses,
    engine,
    training,
    runs,
    curations,
    registerCommands(services),
    vscode.window.registerCustomEditorProvider(CURATION_VIEW_TYPE, editor, {
      webviewOptions: { retainContextWhenHidden: true, enableFindWidget: true },
    }),
    watchProblems(),
    followRenames(curations, log),
    showActivity(curations),
    keepContextKeys(curations, runs),
    log,
  )
  void showPending(context.globalState)
}
