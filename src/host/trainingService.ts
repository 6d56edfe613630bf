// The training runs of the curations open in this window: started, followed by their folders, stopped.
import path from 'node:path'
import * as vscode from 'vscode'
import type { Curation } from '../curation/curation'
import { listRuns, type RunRequest, TrainingRun } from '../curation/run'
import { buildPython, builtPython, ENVIRONMENT_SIZE } from '../training/python'
import type { RunView } from '../shared/editorProtocol'
import { fail, isAbort } from '../shared/errors'
import { readSettings } from './settings'
import { openRunTerminal } from './runTerminal'

/** How often a live run's files are looked at. */
const POLL_MS = 500

const isLive = (run: TrainingRun): boolean => run.state === 'starting' || run.state === 'running'

export class TrainingService implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>()
  /** Fires with the path of the curation file whose runs changed. */
  readonly onChange = this.changed.event
  private readonly runsByFile = new Map<string, TrainingRun[]>()
  private readonly timers = new Set<NodeJS.Timeout>()
  /** Environments being built now. */
  private readonly builds = new Set<AbortController>()
  private readonly trainingFolder: string
  private readonly cache: string

  constructor(context: vscode.ExtensionContext, private readonly log: vscode.LogOutputChannel) {
    this.trainingFolder = context.asAbsolutePath('training')
    this.cache = path.join(context.globalStorageUri.fsPath, 'python')
  }

  /** Finds the runs on disk; live ones are followed again. */
  async attach({ paths }: Curation): Promise<void> {
    const runs = await listRuns(paths.runs, (message) => this.log.warn(message))
    this.runsByFile.set(paths.file, runs)
    for (const run of runs.filter(isLive)) this.follow(paths.file, run)
  }

  runs({ paths }: Curation): RunView[] {
    return (this.runsByFile.get(paths.file) ?? []).map((run) => run.view())
  }

  get anyLive(): boolean {
    return [...this.runsByFile.values()].flat().some(isLive)
  }

  live(file: string): TrainingRun | undefined {
    return this.runsByFile.get(file)?.find(isLive)
  }

  /** Starts a run and its terminal; null when the person chose not to build the environment. */
  async start(curation: Curation, request: RunRequest): Promise<TrainingRun | null> {
    if (!vscode.workspace.isTrusted) throw fail('untrusted', 'Nothing is trained in an untrusted workspace.', { remedy: 'Trust the workspace first.' })
    const python = await this.python()
    if (python === null) return null
    const run = await TrainingRun.start(curation, request, { python, trainingFolder: this.trainingFolder }, new Date())
    const { file } = curation.paths
    this.runsByFile.set(file, [...(this.runsByFile.get(file) ?? []), run])
    openRunTerminal(run)
    this.follow(file, run)
    return run
  }

  async stop(file: string): Promise<void> {
    await this.live(file)?.stop()
    this.changed.fire(file)
  }

  dispose(): void {
    for (const timer of this.timers) clearInterval(timer)
    for (const build of this.builds) build.abort()
    this.changed.dispose()
  }

  private follow(file: string, run: TrainingRun): void {
    this.changed.fire(file)
    let busy = false
    const timer = setInterval(() => {
      if (busy) return
      busy = true
      void run.refresh().finally(() => {
        busy = false
        this.changed.fire(file)
        if (isLive(run)) return
        clearInterval(timer)
        this.timers.delete(timer)
        this.log.info(`run ${run.file.id}: ${run.state}`)
      })
    }, POLL_MS)
    this.timers.add(timer)
  }

  private async python(): Promise<string | null> {
    const named = readSettings().python
    if (named) return named
    const options = { trainingFolder: this.trainingFolder, cache: this.cache }
    const built = await builtPython(options)
    if (built) return built
    const build = vscode.l10n.t('Build Environment')
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t('Training needs Python packages (TRL, PyTorch): about {0}, downloaded once.', ENVIRONMENT_SIZE),
      { modal: true, detail: vscode.l10n.t('Or name an interpreter that has them in the setting aepo.training.python.') },
      build,
    )
    if (choice !== build) return null
    return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Building the training environment'), cancellable: true }, async (progress, token) => {
      const controller = new AbortController()
      this.builds.add(controller)
      token.onCancellationRequested(() => controller.abort())
      const onLine = (line: string): void => {
        this.log.info(line)
        progress.report({ message: line })
      }
      try {
        return await buildPython({ ...options, signal: controller.signal, onLine })
      } catch (thrown) {
        if (isAbort(thrown)) return null
        throw thrown
      } finally {
        this.builds.delete(controller)
      }
    })
  }
}
