// A command of the extension: its entry in the table, its function, and what that may use.
import type * as vscode from 'vscode'
import type { Curations } from '../curations'
import type { EngineProcess } from '../engineProcess'
import type { FollowedRuns } from '../followedRuns'
import type { ServerKeys } from '../serverKeys'
import type { Speeds } from '../speeds'
import type { TrainingService } from '../trainingService'
import type { When } from './when'

export interface CommandServices {
  curations: Curations
  engine: EngineProcess
  keys: ServerKeys
  speeds: Speeds
  /** Kept by VS Code for this extension, in all workspaces. */
  memory: vscode.Memento
  /** The folder of the sample that comes with the extension. */
  samples: string
  runs: FollowedRuns
  training: TrainingService
  log: vscode.LogOutputChannel
}

/** `uri` is the file that a menu was opened on, if any. */
export type Command = (services: CommandServices, uri?: vscode.Uri) => Promise<void>

/** Where a menu shows a command: in which group, at which place, and when. */
export interface MenuPlace {
  group: string
  when: When
}

/** All that VS Code needs to know of a command; `npm run manifest` writes it to package.json. */
export interface CommandEntry {
  /** In English; a translation is in `package.nls.<language>.json` as `command.<name>`. */
  title: string
  /** A codicon. */
  icon: string
  /** When the command can run; always by default. */
  enablement?: When
  /** When the command palette lists it; always by default. */
  palette?: When
  explorer?: MenuPlace
  editorTitle?: MenuPlace
  key?: { key: string; mac?: string; when: When }
  /** Where its failures are shown; by default in the editor of its curation if that is visible. */
  failures?: 'message'
  run: Command
}
