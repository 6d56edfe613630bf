// What a command of the extension is, and what it may use.
import type * as vscode from 'vscode'
import type { Curations } from '../curations'
import type { EngineProcess } from '../engineProcess'
import type { ServerKeys } from '../serverKeys'
import type { TrainingService } from '../trainingService'

export interface CommandServices {
  curations: Curations
  engine: EngineProcess
  keys: ServerKeys
  training: TrainingService
  log: vscode.LogOutputChannel
}

/** `uri` is the file a menu was opened on, if any. */
export type Command = (services: CommandServices, uri?: vscode.Uri) => Promise<void>
