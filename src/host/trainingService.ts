// The training runs of the curations open in this window: started, followed by their folders,
// stopped.
import path from 'node:path'
import * as vscode from 'vscode'
import type { Curation } from '../curation/curation'
import { listRuns, type RunRequest, TrainingRun } from '../training/run'
import type { RunView } from '../shared/editorProtocol'
import { failureError } from '../shared/errors'
import type { Runner } from '../processes/pythonRunner'
import { openRunTerminal } from './runTerminal'
import { hubMirror } from './settings'
import { mustBeTrusted } from './trust'
import { TrainingEnvironment } from './trainingEnvironment'

/** How often a live run's files are looked at. */
const POLL_MS = 500

const UNTRUSTED = 'Nothing is trained in an untrusted workspace.'

const isLive = (run: TrainingRun): boolean => run.state === 'starting' || run.state === 'running'

export class TrainingService implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>()
  /** Fires with the path of the curation file whose runs changed. */
  readonly onChange = this.changed.event
  private readonly runsByFile = new Map<string, TrainingRun[]>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly trainingFolder: string
  private readonly environment: TrainingEnvironment

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.trainingFolder = context.asAbsolutePath('training')
    this.environment = new TrainingEnvironment(
      {
        trainingFolder: this.trainingFolder,
        cache: path.join(context.globalStorageUri.fsPath, 'python'),
      },
      log,
    )
  }

  /** Finds the runs on disk; live ones are followed, those that are followed already stay. */
  async attach({ paths }: Curation): Promise<void> {
    const followed = (this.runsByFile.get(paths.file) ?? []).filter(isLive)
    const found = await listRuns(paths.runs, (message) => this.log.warn(message))
    const runs = found.map((run) => followed.find(({ folder }) => folder === run.folder) ?? run)
    this.runsByFile.set(paths.file, runs)
    for (const run of runs) if (isLive(run) && !followed.includes(run)) this.follow(paths.file, run)
  }

  runs({ paths }: Curation): RunView[] {
    return (this.runsByFile.get(paths.file) ?? []).map((run) => run.view())
  }

  /** Curation files that have a live run. */
  liveFiles(): string[] {
    return [...this.runsByFile].flatMap(([file, runs]) => (runs.some(isLive) ? [file] : []))
  }

  find({ paths }: Curation, id: string): TrainingRun | undefined {
    return this.runsByFile.get(paths.file)?.find((run) => run.file.id === id)
  }

  /** @throws FailureError `busy` while a run of this curation is under way. */
  mustBeIdle(file: string): void {
    if (this.live(file))
      throw failureError('busy', 'A training run of this curation is under way.', {
        remedy: 'Stop it first.',
      })
  }

  /** Starts a run and its terminal; null when the person chose not to build the environment. */
  async start(curation: Curation, request: RunRequest): Promise<TrainingRun | null> {
    mustBeTrusted(UNTRUSTED)
    const prepared = await this.environment.prepare(request.model)
    if (prepared === null) return null
    const { file } = curation.paths
    this.mustBeIdle(file) // building an environment takes minutes
    const { python, model } = prepared
    const run = await TrainingRun.start(
      curation,
      { ...request, model },
      this.runner(python),
      new Date(),
    )
    this.show(file, run)
    return run
  }

  /** Goes on with a run from its last checkpoint. */
  async resume(curation: Curation, id: string): Promise<void> {
    mustBeTrusted(UNTRUSTED)
    const { file, runs } = curation.paths
    const python = await this.environment.python()
    if (python === null) return
    this.mustBeIdle(file)
    this.show(file, await TrainingRun.resume(path.join(runs, id), this.runner(python)))
  }

  async stop(file: string): Promise<void> {
    await this.live(file)?.stop()
    this.changed.fire(file)
  }

  dispose(): void {
    for (const timer of this.timers) clearInterval(timer)
    this.environment.dispose()
    this.changed.dispose()
  }

  private runner(python: string): Runner {
    const hub = hubMirror()
    return { python, trainingFolder: this.trainingFolder, ...(hub === null ? {} : { hub }) }
  }

  /** A run that goes on takes the place of what it was before. */
  private show(file: string, run: TrainingRun): void {
    const others = (this.runsByFile.get(file) ?? []).filter(({ folder }) => folder !== run.folder)
    this.runsByFile.set(
      file,
      [...others, run].sort((a, b) => (a.file.id < b.file.id ? -1 : 1)),
    )
    openRunTerminal(run)
    this.follow(file, run)
  }

  private live(file: string): TrainingRun | undefined {
    return this.runsByFile.get(file)?.find(isLive)
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
}
