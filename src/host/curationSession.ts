// One curation file while VS Code works on it: its curation when it is valid, what runs on it, and what the editor shows of it.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as vscode from 'vscode'
import { type Change, Curation, curationName } from '../curation/curation'
import { earlierCandidates } from '../curation/earlierSettings'
import { describeLoaded, generatorNames } from '../curation/engine'
import { generate } from '../curation/generate'
import { selectAll } from '../curation/select'
import type { Activity, CurationView, EarlierCandidates } from '../shared/editorProtocol'
import type { LoadedModel } from '../shared/engineProtocol'
import type { Failure } from '../shared/errors'
import { describeFailure, isAbort, toFailure } from '../shared/errors'
import type { EngineService } from './engineService'
import { withoutPaths } from './editor/failures'
import { readSettings } from './settings'
import { throttle } from './throttle'
import type { TrainingService } from './trainingService'

/** The view is sent to the editor at most this often. */
const VIEW_INTERVAL_MS = 150

export interface SessionServices {
  engine: EngineService
  training: TrainingService
  log: vscode.LogOutputChannel
}

export class CurationSession implements vscode.Disposable {
  private readonly viewChanged = new vscode.EventEmitter<void>()
  private readonly tasksChanged = new vscode.EventEmitter<void>()
  /** Fires when {@link view} would answer differently. */
  readonly onViewChange = this.viewChanged.event
  /** Fires when another task may have to be shown: the curation was opened anew, or selections came. */
  readonly onTasksChange = this.tasksChanged.event

  private opened: Promise<Curation> | null = null
  private curation: Curation | null = null
  private guidelines: string | null = null
  /** Panels of this curation in view now. */
  readonly visiblePanels = new Set<vscode.WebviewPanel>()
  activity: Activity | null = null
  /** undefined: to be looked for anew. */
  private earlier: EarlierCandidates | null | undefined
  private failure: Failure | null = null
  private work: AbortController | null = null
  private readonly announce = throttle(VIEW_INTERVAL_MS, () => this.viewChanged.fire())
  private readonly subscriptions: { dispose(): unknown }[]

  constructor(readonly uri: vscode.Uri, private readonly services: SessionServices) {
    this.subscriptions = [
      this.viewChanged,
      this.tasksChanged,
      services.training.onChange((file) => file === this.uri.fsPath && this.announce()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.announce()),
    ]
  }

  get visible(): boolean {
    return this.visiblePanels.size > 0
  }

  get generating(): boolean {
    return this.work !== null
  }

  /** The curation, opened on first use. @throws FailureError while its file or prompts are not valid. */
  open(): Promise<Curation> {
    this.opened ??= this.load()
    return this.opened
  }

  /** Reads everything anew: the file or its prompts changed. */
  async reload(): Promise<void> {
    this.work?.abort()
    await this.curation?.settled()
    this.opened = this.load()
    await this.opened.catch(() => undefined) // shown as the view's failure
    this.announce()
    this.tasksChanged.fire()
  }

  /** Takes in what other processes wrote to the journals. */
  async refresh(): Promise<void> {
    if (!this.generating) await this.curation?.refresh()
  }

  /** Generates and selects until all pools are full or {@link stop} is called. Failures are thrown and shown. */
  async generate(): Promise<void> {
    await this.run(async (curation, signal) => {
      const models = new Map<string, LoadedModel>()
      const onModel = (model: LoadedModel): void => {
        models.set(describeLoaded(model), model)
        this.services.engine.showModels([...models.keys()].sort().flatMap((description) => models.get(description) ?? []))
      }
      const { skipped } = await generate(curation, this.services.engine, { signal, select: true, onActivity: this.showActivity, onModel })
      for (const { promptId, failure } of skipped) this.services.log.warn(`prompt ${promptId}: ${describeFailure(failure)}`)
      const first = skipped[0]
      if (first) this.failure = { ...first.failure, message: `${skipped.length === 1 ? 'One prompt was' : `${skipped.length} prompts were`} left out. ${first.failure.message}` }
    })
  }

  /** Selects anew after λ, k or the guard changed; needs no language model. */
  async select(): Promise<void> {
    await this.run(async (curation, signal) => {
      await selectAll(curation, this.services.engine, { signal, onActivity: this.showActivity })
    })
  }

  stop(): void {
    this.work?.abort()
  }

  showFailure(failure: Failure | null): void {
    this.failure = failure
    this.announce()
  }

  view(): CurationView {
    const { curation } = this
    const settings = curation?.settings
    const failure = this.failure ?? curation?.outputFailure ?? null
    return {
      name: curationName(this.uri.fsPath),
      annotator: readSettings().annotator,
      generator: settings ? generatorNames(settings) : '',
      device: this.services.engine.deviceSentence,
      selection: settings?.selection ?? { method: 'aepo', k: 2, lambda: 0.5, guard: true },
      n: settings?.sampling.n ?? 0,
      counts: curation?.counts() ?? { prompts: 0, candidates: 0, candidatesWanted: 0, selected: 0, annotated: 0, pairs: 0, budget: 0 },
      guidelines: this.guidelines,
      output: curation ? vscode.workspace.asRelativePath(curation.paths.output, false) : '',
      activity: this.activity,
      earlier: curation && !this.generating ? (this.earlier = this.earlier === undefined ? earlierCandidates(curation) : this.earlier) : null,
      runs: curation ? this.services.training.runs(curation) : [],
      failure: failure && withoutPaths(failure),
      trusted: vscode.workspace.isTrusted,
    }
  }

  dispose(): void {
    this.work?.abort()
    this.announce.cancel()
    vscode.Disposable.from(...this.subscriptions).dispose()
  }

  private readonly showActivity = (activity: Activity): void => {
    this.activity = activity
    this.announce()
  }

  private async load(): Promise<Curation> {
    try {
      const curation = await Curation.open(this.uri.fsPath, { annotator: readSettings().annotator, onMessage: (message) => this.services.log.warn(message), now: () => new Date() })
      const { guidelines, output } = curation.paths
      this.guidelines = guidelines !== null && existsSync(guidelines) ? await readFile(guidelines, 'utf8') : null
      curation.onChange((change) => this.curationChanged(curation, change))
      this.curation = curation
      this.earlier = undefined
      this.failure = null
      if (vscode.workspace.isTrusted && curation.rows().length > 0 && !existsSync(output)) await curation.writeOutput()
      await this.services.training.attach(curation)
      return curation
    } catch (thrown) {
      this.curation = null
      this.failure = toFailure(thrown, this.uri.fsPath)
      throw thrown
    }
  }

  private curationChanged(curation: Curation, change: Change): void {
    if (curation !== this.curation) return
    this.earlier = undefined
    this.announce()
    if (change === 'selections' || change === 'all') this.tasksChanged.fire()
  }

  private async run(work: (curation: Curation, signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.work) return
    const controller = new AbortController()
    this.work = controller
    this.failure = null
    this.announce()
    try {
      await work(await this.open(), controller.signal)
    } catch (thrown) {
      if (isAbort(thrown)) return
      this.failure = toFailure(thrown)
      this.services.log.error(describeFailure(this.failure))
      throw thrown
    } finally {
      this.work = null
      this.activity = null
      this.announce()
    }
  }
}
