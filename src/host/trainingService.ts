// The training runs of the curations open in this window: started, followed by their folders,
// stopped.
// Invariant I16.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { methodOf } from '../core/training/methods/table'
import type { Curation } from '../curation/curation'
import { builtModel, type Engine } from '../curation/engine'
import { buildRunModel } from '../training/builtModels'
import { exportRunModel } from '../training/exportedModel'
import { importModel, mustBeImportable } from '../training/importedModel'
import { resumeRun, underWay } from '../training/launch'
import { listRuns, runUnderWay, type UnreadableRun } from '../training/listRuns'
import { measuredSpeed, type EstimateFacts, runFacts } from '../training/needs'
import { modelsFolder, type PreparedRun, prepareRun, type RunRequest } from '../training/prepareRun'
import { runViews } from '../training/runView'
import type { TrainingRun } from '../training/trainingRun'
import type { RunView } from '../shared/runProtocol'
import { describeFailure, failureError, toFailure } from '../shared/errors'
import { type BuiltModel, builtReport } from '../processes/modelBuild'
import { proxyVariables } from '../processes/network'
import type { Runner } from '../processes/pythonRunner'
import { openRunTerminal } from './runTerminal'
import { cancellable } from './cancellable'
import type { ServerKeys } from './serverKeys'
import { hubMirror, hubOrigin, readProxySettings } from './settings'
import { mustBeTrusted } from './trust'
import { TrainingEnvironment } from './trainingEnvironment'

/** How often the files of a live run are read. */
const POLL_MS = 500

const SERVE_INSTEAD = l10n.t(
  'See the log. A model that cannot be built can be served: “Use as Generator…”, “Serve with vLLM…”.',
)
const UNTRUSTED = l10n.t('Nothing is trained in an untrusted workspace.')

interface Runs {
  /** Oldest first. */
  readable: readonly TrainingRun[]
  unreadable: readonly UnreadableRun[]
}

const NO_RUNS: Runs = { readable: [], unreadable: [] }

export class TrainingService implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>()
  /** Fires with the path of the curation file whose runs changed. */
  readonly onChange = this.changed.event
  private readonly runsByFile = new Map<string, Runs>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly folders: { trainingFolder: string; cache: string }
  private readonly environment: TrainingEnvironment

  constructor(
    context: vscode.ExtensionContext,
    private readonly engine: Engine,
    private readonly keys: Pick<ServerKeys, 'get'>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.folders = {
      trainingFolder: context.asAbsolutePath('training'),
      cache: path.join(context.globalStorageUri.fsPath, 'python'),
    }
    this.environment = new TrainingEnvironment(this.folders, log)
  }

  /** Finds the runs on disk and follows the live ones; those that are followed already stay. */
  async attach({ paths }: Curation): Promise<void> {
    const followed = this.of(paths.file).readable.filter(({ isLive }) => isLive)
    const { runs: found, unreadable } = await listRuns(paths.runs)
    const readable = found.map((run) => followed.find(({ folder }) => folder === run.folder) ?? run)
    for (const { failure } of unreadable) this.log.warn(describeFailure(failure))
    this.runsByFile.set(paths.file, { readable, unreadable })
    for (const run of readable)
      if (run.isLive && !followed.includes(run)) this.follow(paths.file, run)
  }

  /** Oldest first. */
  runs({ paths }: Curation): RunView[] {
    const { readable, unreadable } = this.of(paths.file)
    return runViews(readable, unreadable)
  }

  /** Curation files that have a live run. */
  liveFiles(): string[] {
    return [...this.runsByFile].flatMap(([file, { readable }]) =>
      readable.some(({ isLive }) => isLive) ? [file] : [],
    )
  }

  /** Finished runs whose model generates responses, the oldest first. */
  generators({ paths }: Curation): TrainingRun[] {
    return this.of(paths.file).readable.filter(
      ({ state, file }) => state === 'finished' && methodOf(file.method).generates !== false,
    )
  }

  /** What the estimates for a run of a model are made from. */
  async facts({ paths: { file } }: Curation): Promise<(model: string) => EstimateFacts> {
    const models = modelsFolder(this.folders)
    const { readable } = this.of(file)
    const speed = await measuredSpeed(readable, models)
    return (model) => runFacts(model, models, readable, speed)
  }

  /** The runs that can be read, the oldest first. */
  all({ paths }: Curation): readonly TrainingRun[] {
    return this.of(paths.file).readable
  }

  find({ paths }: Curation, id: string): TrainingRun | undefined {
    return this.of(paths.file).readable.find((run) => run.file.id === id)
  }

  /** @throws FailureError `busy` while a run of this curation is under way. */
  mustBeIdle(file: string): void {
    const run = runUnderWay(this.of(file).readable)
    if (run) throw underWay(run)
  }

  /**
   * Prepares the environment, the model and the folder of a run; null when the user cancelled.
   * @param how `tokens`: how many rows to inspect as tokens; `isElsewhere`: for another machine.
   */
  async prepare(
    curation: Curation,
    request: RunRequest,
    { tokens = 0, isElsewhere = false } = {},
  ): Promise<PreparedRun | null> {
    mustBeTrusted(UNTRUSTED)
    const prepared = await this.environment.prepare(request.model)
    if (prepared === null) return null
    this.mustBeIdle(curation.paths.file) // building an environment takes minutes
    const { python, model } = prepared
    const options = {
      runner: await this.runner(python),
      engine: () => this.engine,
      now: new Date(),
    }
    return cancellable(l10n.t('Inspecting the rows'), (signal) =>
      prepareRun(curation, { ...request, model }, { ...options, tokens, isElsewhere, signal }),
    )
  }

  /** Launches a prepared run and shows its log. */
  async launch(curation: Curation, prepared: PreparedRun): Promise<void> {
    const { file } = curation.paths
    this.mustBeIdle(file) // the user may have read about problems for a while
    this.show(file, await prepared.launch())
  }

  /** Resumes a run from its last checkpoint. */
  async resume(curation: Curation, id: string): Promise<void> {
    mustBeTrusted(UNTRUSTED)
    const { file, runs } = curation.paths
    const python = await this.environment.python()
    if (python === null) return
    this.mustBeIdle(file)
    this.show(file, await resumeRun(path.join(runs, id), await this.runner(python)))
  }

  /**
   * Builds the model of a finished run, so that candidates can be sampled from it; null when the
   * user cancelled.
   */
  async buildModel(run: TrainingRun): Promise<BuiltModel | null> {
    mustBeTrusted(UNTRUSTED)
    const built = await builtReport(builtModel(run.folder))
    if (built) return built
    const python = await this.environment.python()
    if (python === null) return null
    return this.environment.withProgress(l10n.t('Building the trained model'), (options) =>
      buildRunModel(run, { ...options, python, onStage: options.onLine }, SERVE_INSTEAD),
    )
  }

  /** Builds a model from elsewhere into a new folder; null when the user cancelled. */
  async importModel(source: string, target: string): Promise<BuiltModel | null> {
    mustBeTrusted(UNTRUSTED)
    await mustBeImportable(source)
    const python = await this.environment.python()
    if (python === null) return null
    return this.environment.withProgress(l10n.t('Importing the model'), (options) =>
      importModel(source, target, () =>
        Promise.resolve({ ...options, python, onStage: options.onLine }),
      ),
    )
  }

  /**
   * Writes the model of a finished run as a folder in Hugging Face format, with a model card; false
   * when the user cancelled.
   */
  async exportModel(run: TrainingRun, folder: string): Promise<boolean> {
    mustBeTrusted(UNTRUSTED)
    const python = await this.environment.python()
    if (python === null) return false
    const lines = await this.environment.withProgress(
      l10n.t('Writing the trained model'),
      (options) =>
        exportRunModel(run, folder, () =>
          Promise.resolve({ ...options, python, onStage: options.onLine }),
        ),
    )
    return lines !== null
  }

  async stop(file: string): Promise<void> {
    await this.live(file)?.stop()
    this.changed.fire(file)
  }

  async pause(file: string): Promise<void> {
    await this.live(file)?.pause()
    this.changed.fire(file)
  }

  dispose(): void {
    for (const timer of this.timers) clearInterval(timer)
    this.environment.dispose()
    this.changed.dispose()
  }

  private of(file: string): Runs {
    return this.runsByFile.get(file) ?? NO_RUNS
  }

  /**
   * The Python that scores responses: that of training.
   * @throws FailureError `cancelled` when the user did not want it built.
   */
  async scoringRunner(): Promise<Runner> {
    const python = await this.environment.python()
    if (python === null) throw failureError('cancelled', l10n.t('Cancelled.'))
    return this.runner(python)
  }

  private async runner(python: string): Promise<Runner> {
    const hub = hubMirror()
    const token = process.env['HF_TOKEN'] || (await this.keys.get(hubOrigin()))
    const env = {
      ...proxyVariables(readProxySettings()),
      ...(token === null ? {} : { HF_TOKEN: token }),
    }
    return { python, ...this.folders, env, ...(hub === null ? {} : { hub }) }
  }

  /** A resumed run takes the place of what it was before. */
  private show(file: string, run: TrainingRun): void {
    this.replace(file, run, [run])
    openRunTerminal(run)
    this.follow(file, run)
  }

  /** The run that is under way on this machine, else one that a job trains. */
  private live(file: string): TrainingRun | undefined {
    const { readable } = this.of(file)
    return runUnderWay(readable) ?? readable.find(({ isLive }) => isLive)
  }

  private replace(file: string, { folder }: TrainingRun, by: readonly TrainingRun[]): void {
    const runs = this.of(file)
    const others = runs.readable.filter((run) => run.folder !== folder)
    const readable = [...others, ...by].sort((a, b) => (a.file.id < b.file.id ? -1 : 1))
    this.runsByFile.set(file, { ...runs, readable })
  }

  private follow(file: string, run: TrainingRun): void {
    this.changed.fire(file)
    let isReading = false
    const end = (said: string): void => {
      clearInterval(timer)
      this.timers.delete(timer)
      this.log.info(`run ${run.file.id}: ${said}`)
    }
    const read = async (): Promise<void> => {
      try {
        await run.refresh()
        if (!run.isLive) end(run.state)
      } catch (thrown) {
        // its folder was moved: it is found again where the curation is opened
        this.replace(file, run, [])
        end(describeFailure(toFailure(thrown)))
      }
    }
    const timer = setInterval(() => {
      if (isReading) return
      isReading = true
      void read().finally(() => {
        isReading = false
        this.changed.fire(file)
      })
    }, POLL_MS)
    this.timers.add(timer)
  }
}
