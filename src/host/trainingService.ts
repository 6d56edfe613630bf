// What trains and builds models in the environment of training: runs that start or resume, models
// that are built, imported and exported.
// Invariant I16.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type * as vscode from 'vscode'
import type { Curation } from '../curation/curation'
import { builtModel, type Engine } from '../curation/engine'
import { buildRunModel } from '../training/builtModels'
import { exportRunModel } from '../training/exportedModel'
import { importModel, mustBeImportable } from '../training/importedModel'
import { resumeRun } from '../training/launch'
import { measuredSpeed, type EstimateFacts, runFacts } from '../training/needs'
import { modelsFolder, type PreparedRun, prepareRun, type RunRequest } from '../training/prepareRun'
import type { TrainingRun } from '../training/trainingRun'
import { failureError } from '../shared/errors'
import { type BuiltModel, builtReport, type ModelBuildOptions } from '../processes/modelBuild'
import { proxyVariables } from '../processes/network'
import type { Runner } from '../processes/pythonRunner'
import { openRunTerminal } from './runTerminal'
import { cancellable } from './cancellable'
import type { FollowedRuns } from './followedRuns'
import type { ServerKeys } from './serverKeys'
import { hubMirror, hubOrigin, readProxySettings } from './settings'
import { mustBeTrusted } from './trust'
import { TrainingEnvironment } from './trainingEnvironment'

const SERVE_INSTEAD = l10n.t(
  'See the log. A model that cannot be built can be served: “Use as Generator…”, “Serve with vLLM…”.',
)
const UNTRUSTED = l10n.t('Nothing is trained in an untrusted workspace.')

export class TrainingService implements vscode.Disposable {
  private readonly folders: { trainingFolder: string; cache: string }
  private readonly environment: TrainingEnvironment

  /** @param runs gets the runs that are started here. */
  constructor(
    context: vscode.ExtensionContext,
    private readonly engine: Engine,
    private readonly keys: Pick<ServerKeys, 'get'>,
    private readonly runs: FollowedRuns,
    log: vscode.LogOutputChannel,
  ) {
    this.folders = {
      trainingFolder: context.asAbsolutePath('training'),
      cache: path.join(context.globalStorageUri.fsPath, 'python'),
    }
    this.environment = new TrainingEnvironment(this.folders, log)
  }

  /** What the estimates for a run of a model are made from. */
  async facts(curation: Curation): Promise<(model: string) => EstimateFacts> {
    const models = modelsFolder(this.folders)
    const runs = this.runs.all(curation)
    const speed = await measuredSpeed(runs, models)
    return (model) => runFacts(model, models, runs, speed)
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
    this.runs.mustBeIdle(curation.paths.file) // building an environment takes minutes
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
  async launch({ paths: { file } }: Curation, prepared: PreparedRun): Promise<void> {
    this.runs.mustBeIdle(file) // the user may have read about problems for a while
    this.show(file, await prepared.launch())
  }

  /** Resumes a run from its last checkpoint. */
  async resume({ paths: { file, runs } }: Curation, id: string): Promise<void> {
    mustBeTrusted(UNTRUSTED)
    const python = await this.environment.python()
    if (python === null) return
    this.runs.mustBeIdle(file)
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
    return this.build(l10n.t('Building the trained model'), (options) =>
      buildRunModel(run, options, SERVE_INSTEAD),
    )
  }

  /** Builds a model from elsewhere into a new folder; null when the user cancelled. */
  async importModel(source: string, target: string): Promise<BuiltModel | null> {
    mustBeTrusted(UNTRUSTED)
    await mustBeImportable(source)
    return this.build(l10n.t('Importing the model'), (options) =>
      importModel(source, target, () => Promise.resolve(options)),
    )
  }

  /**
   * Writes the model of a finished run as a folder in Hugging Face format, with a model card; false
   * when the user cancelled.
   */
  async exportModel(run: TrainingRun, folder: string): Promise<boolean> {
    mustBeTrusted(UNTRUSTED)
    const lines = await this.build(l10n.t('Writing the trained model'), (options) =>
      exportRunModel(run, folder, () => Promise.resolve(options)),
    )
    return lines !== null
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

  dispose(): void {
    this.environment.dispose()
  }

  /** Runs the build of a model with its stages as progress; null when the user cancelled. */
  private async build<T>(
    title: string,
    work: (options: ModelBuildOptions) => Promise<T>,
  ): Promise<T | null> {
    const python = await this.environment.python()
    if (python === null) return null
    return this.environment.withProgress(title, (options) =>
      work({ ...options, python, onStage: options.onLine }),
    )
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

  private show(file: string, run: TrainingRun): void {
    this.runs.add(file, run)
    openRunTerminal(run)
  }
}
