// Registers the commands and the buttons of the curation editor, and shows their failures.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { type Action, ANNOTATOR_SETTING, type EditorAction } from '../../shared/editorProtocol'
import { describeFailure, isAbort, toFailure } from '../../shared/errors'
import type { CurationDocument } from '../curationDocument'
import type { Command, CommandEntry, CommandServices } from './command'
import { sampleEvaluation } from './evaluate'
import { judgeEvaluation } from './judge'
import { retryLeftOut, sampleAgain, selectAgain } from './generate'
import { keepLabelsOfEdited } from './keepLabels'
import { copyHarness, openOutput, openPrompts, openRunLog } from './open'
import { COMMANDS } from './table'
import { exportFiguresOf, openReportOf } from './runReports'
import { changeTraining, resumeTraining } from './train'
import { showRound, useRun } from './nextRound'
import { changeSimulation } from './simulate'
import { changeTrying } from './tryModels'

const ACTIONS: Record<EditorAction, Command> = {
  generate: COMMANDS.generate.run,
  stopGeneration: COMMANDS.stop.run,
  export: COMMANDS.export.run,
  train: COMMANDS.train.run,
  evaluate: COMMANDS.evaluate.run,
  stopTraining: COMMANDS.stopTraining.run,
  pauseTraining: COMMANDS.pauseTraining.run,
  openText: COMMANDS.openText.run,
  showLog: COMMANDS.showLog.run,
  openOutput,
  openPrompts,
  openAnnotatorSetting: async () => {
    await vscode.commands.executeCommand('workbench.action.openSettings', ANNOTATOR_SETTING)
  },
  sampleAgain,
  retryLeftOut,
  selectAgain,
  keepLabels: keepLabelsOfEdited,
  selectAnother: COMMANDS.selectAnother.run,
  selectForAllBad: COMMANDS.selectForAllBad.run,
  dismissFailure: ({ curations }, uri) => {
    curations.inView(uri)?.showFailure(null)
    return Promise.resolve()
  },
  trust: async () => {
    await vscode.commands.executeCommand('workbench.trust.manage')
  },
}

export function registerCommands(services: CommandServices): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries<CommandEntry>(COMMANDS).map(([name, entry]) =>
      vscode.commands.registerCommand(`aepo.${name}`, (target?: unknown) =>
        guarded(services, entry, target instanceof vscode.Uri ? target : undefined),
      ),
    ),
  )
}

/** What a button of the curation editor does. */
export function actionHandler(
  services: CommandServices,
): (action: Action, document: CurationDocument) => Promise<void> {
  return (action, document) => guarded(services, { run: commandOf(action) }, document.uri)
}

function commandOf(action: Action): Command {
  if (typeof action === 'string') return ACTIONS[action]
  if ('openRunLog' in action) return openRunLog(action.openRunLog)
  if ('resumeRun' in action) return resumeTraining(action.resumeRun)
  if ('openRunReport' in action) return openReportOf(action.openRunReport)
  if ('exportRunFigures' in action) return exportFiguresOf(action.exportRunFigures)
  if ('useRun' in action) return useRun(action.useRun)
  if ('copyHarness' in action) return copyHarness(action.copyHarness)
  if ('trainingForm' in action) return changeTraining(action.trainingForm)
  if ('trying' in action) return changeTrying(action.trying)
  if ('simulation' in action) return changeSimulation(action.simulation)
  if ('sampleEvaluation' in action) return sampleEvaluation(action.sampleEvaluation)
  if ('judgeEvaluation' in action) return judgeEvaluation(action.judgeEvaluation)
  return showRound(action.showRound)
}

/**
 * Runs a command. A failure is shown in the curation's editor if that is visible, otherwise as a
 * message.
 */
async function guarded(
  services: CommandServices,
  { run, failures }: Pick<CommandEntry, 'run' | 'failures'>,
  uri?: vscode.Uri,
): Promise<void> {
  try {
    await run(services, uri)
  } catch (thrown) {
    if (isAbort(thrown)) return
    const failure = toFailure(thrown)
    services.log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
    const document = failures === 'message' ? undefined : services.curations.inView(uri)
    if (document) {
      document.showFailure(failure)
      return
    }
    const showLog = l10n.t('Show Log')
    void vscode.window
      .showErrorMessage(describeFailure(failure), showLog)
      .then((choice) => choice === showLog && services.log.show())
  }
}
