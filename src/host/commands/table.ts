// Every command of the extension, once: a missing or extra one does not compile, and a package test
// compares it with package.json.
import * as vscode from 'vscode'
import type { EditorAction, RunAction } from '../../shared/editorProtocol'
import { describeFailure, isAbort, toFailure } from '../../shared/errors'
import type { CurationDocument } from '../curationDocument'
import type { Command, CommandServices } from './command'
import { exportDataset } from './exportDataset'
import { generateCandidates, sampleAgain, selectAgain, stopGeneration } from './generate'
import { importPromptFile } from './importPrompts'
import { newCuration } from './newCuration'
import { openCuration, openOutput, openPrompts, openRunLog, openText } from './open'
import { setServerKey } from './setServerKey'
import { resumeTraining, startTraining, stopTraining } from './train'

export const COMMANDS = {
  'aepo.newCuration': newCuration,
  'aepo.importPrompts': importPromptFile,
  'aepo.generate': generateCandidates,
  'aepo.stop': stopGeneration,
  'aepo.select': selectAgain,
  'aepo.openCuration': openCuration,
  'aepo.openText': openText,
  'aepo.export': exportDataset,
  'aepo.train': startTraining,
  'aepo.stopTraining': stopTraining,
  'aepo.setServerKey': setServerKey,
  'aepo.showLog': ({ log }) => {
    log.show()
    return Promise.resolve()
  },
} satisfies Record<string, Command>

const ACTIONS: Record<EditorAction, Command> = {
  generate: COMMANDS['aepo.generate'],
  stopGeneration: COMMANDS['aepo.stop'],
  export: COMMANDS['aepo.export'],
  train: COMMANDS['aepo.train'],
  stopTraining: COMMANDS['aepo.stopTraining'],
  openText: COMMANDS['aepo.openText'],
  showLog: COMMANDS['aepo.showLog'],
  openOutput,
  openPrompts,
  sampleAgain,
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
    ...Object.entries(COMMANDS).map(([id, command]: [string, Command]) =>
      vscode.commands.registerCommand(id, (target?: unknown) =>
        guarded(services, command, target instanceof vscode.Uri ? target : undefined),
      ),
    ),
  )
}

/** What a button of the curation editor does. */
export function actionHandler(
  services: CommandServices,
): (action: EditorAction | RunAction, document: CurationDocument) => Promise<void> {
  return (action, document) =>
    guarded(
      services,
      typeof action === 'string' ? ACTIONS[action] : runCommand(action),
      document.uri,
    )
}

const runCommand = (action: RunAction): Command =>
  'openRunLog' in action ? openRunLog(action.openRunLog) : resumeTraining(action.resumeRun)

/** Commands that are not about the curation in front. */
const ELSEWHERE = new Set<Command>([newCuration, importPromptFile, setServerKey])

/**
 * A failure is shown where the person looks: in the curation's editor when that is in view, else as
 * a message.
 */
async function guarded(
  services: CommandServices,
  command: Command,
  uri?: vscode.Uri,
): Promise<void> {
  try {
    await command(services, uri)
  } catch (thrown) {
    if (isAbort(thrown)) return
    const failure = toFailure(thrown)
    services.log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
    const document = ELSEWHERE.has(command) ? undefined : services.curations.inView(uri)
    if (document) {
      document.showFailure(failure)
      return
    }
    const showLog = vscode.l10n.t('Show Log')
    void vscode.window
      .showErrorMessage(describeFailure(failure), showLog)
      .then((choice) => choice === showLog && services.log.show())
  }
}
