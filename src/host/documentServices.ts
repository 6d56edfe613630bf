// What the document of a curation uses of the extension and of VS Code: tests give their own.
import type * as vscode from 'vscode'
import type { Curation } from '../curation/curation'
import type { Engine } from '../curation/engine'
import type { PromptRowFinding } from '../curation/prompts/rowFindings'
import type { RunView } from '../shared/runProtocol'
import type { SimulationMeans } from '../simulation/session'
import type { LoadedModel } from '../shared/engineProtocol'

export type Disposable = Pick<vscode.Disposable, 'dispose'>

/** What a document uses of the extension. */
export interface DocumentServices {
  engine: Engine & { showModels(models: readonly LoadedModel[]): void }
  speeds: { record(model: LoadedModel, tokensPerSecond: number): Promise<void> }
  runs: {
    attach(curation: Curation): Promise<void>
    views(curation: Curation): RunView[]
    onChange(listener: (file: string) => void): Disposable
  }
  /** Where simulations find their worker and keep vectors. */
  simulation: SimulationMeans['simulation']
  log: Pick<vscode.LogOutputChannel, 'warn' | 'error'>
  window: DocumentWindow
}

/** What a document uses of VS Code. */
export interface DocumentWindow {
  isTrusted: () => boolean
  onTrust: (listener: () => void) => Disposable
  annotator: () => string
  /** A file as the person knows it: relative to the workspace. */
  displayPath: (file: string) => string
  /** Shows what was found in rows, in the Problems panel, until it is disposed of. */
  rowProblems: () => Disposable & {
    set(file: string, findings: readonly PromptRowFinding[]): void
  }
  /** Calls `onChange` with each file that came, changed or went and matches `pattern`. */
  watch: (folder: string, pattern: string, onChange: (file: string) => void) => Disposable
}
