// One curation file while VS Code works on it: its curation when it is valid, what runs on it, and
// what the editor shows of it.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as vscode from 'vscode'
import { countsOf } from '../curation/counts'
import { Curation, curationName } from '../curation/curation'
import { earlierCandidates } from '../curation/earlierSettings'
import { describeLoaded, generatorNames } from '../curation/engine'
import { generate } from '../curation/generate'
import { selectAll } from '../curation/select'
import { locateCuration } from '../store/curationFileStore'
import type { StoreChange } from '../store/storeChange'
import { Sequence } from '../async/sequence'
import type { Activity, CurationView, EarlierCandidates } from '../shared/editorProtocol'
import type { LoadedModel } from '../shared/engineProtocol'
import type { Failure } from '../shared/errors'
import { describeFailure, failureError, isAbort, toFailure } from '../shared/errors'
import type { EngineService } from './engineService'
import { withoutPaths } from './editor/failures'
import { readSettings } from './settings'
import { throttle } from '../async/throttle'
import type { TrainingService } from './trainingService'
import { watchFiles } from './watchFiles'

/** The view is sent to the editor, and what others wrote is taken in, at most this often. */
const VIEW_INTERVAL_MS = 150
const REFRESH_INTERVAL_MS = 500

export interface SessionServices {
  engine: EngineService
  training: TrainingService
  log: vscode.LogOutputChannel
}

type Work = (curation: Curation, signal: AbortSignal) => Promise<void>

interface UnderWay {
  work: Work
  controller: AbortController
  ended: Promise<void>
}

export class CurationSession implements vscode.Disposable {
  private readonly viewChanged = new vscode.EventEmitter<void>()
  private readonly tasksChanged = new vscode.EventEmitter<object | null>()
  /** Fires when {@link view} would answer differently. */
  readonly onViewChange = this.viewChanged.event
  /**
   * Fires when another task may have to be shown: the curation was opened anew, selections came, or
   * another editor decided. The value is the origin of the change: it knows of it already.
   */
  readonly onTasksChange = this.tasksChanged.event

  private opened: Promise<Curation> | null = null
  private curation: Curation | null = null
  private guidelines: string | null = null
  /** Its panels, and which of them are in view now. */
  readonly panels = new Set<vscode.WebviewPanel>()
  activity: Activity | null = null
  /** What samples, once known. */
  private device: string | null = null
  /** undefined: to be looked for anew. */
  private earlier: EarlierCandidates | null | undefined
  /** Why the curation cannot be shown. */
  private openFailure: Failure | null = null
  /** What the last command met with, until it is dismissed or another begins. */
  private commandFailure: Failure | null = null
  private underWay: UnderWay | null = null
  private readonly loading = new Sequence()
  private readonly announce = throttle(VIEW_INTERVAL_MS, () => this.viewChanged.fire())
  private readonly takeIn = throttle(REFRESH_INTERVAL_MS, () => void this.refresh())
  private readonly subscriptions: { dispose(): unknown }[]
  /** Of the files that the curation is read from. */
  private watchers = vscode.Disposable.from()

  constructor(
    readonly uri: vscode.Uri,
    private readonly services: SessionServices,
  ) {
    this.subscriptions = [
      this.viewChanged,
      this.tasksChanged,
      services.training.onChange((file) => file === this.uri.fsPath && this.announce()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.announce()),
    ]
  }

  get visible(): boolean {
    return [...this.panels].some((panel) => panel.visible)
  }

  get generating(): boolean {
    return this.underWay !== null
  }

  /**
   * The curation, opened on first use. @throws FailureError while its file or prompts are not
   * valid.
   */
  open(): Promise<Curation> {
    this.opened ??= this.load()
    return this.opened
  }

  /**
   * Reads everything anew: the file or its prompts changed. Work under way goes on with what they
   * say now.
   */
  reload(): Promise<void> {
    return this.loading.run(async () => {
      await this.opened?.catch(() => undefined)
      const interrupted = this.underWay
      interrupted?.controller.abort()
      await interrupted?.ended
      await this.curation?.dataSet.settled()
      this.opened = this.load()
      await this.opened.catch(() => undefined) // shown as the view's failure
      this.announce()
      this.tasksChanged.fire(null)
      // shown, too
      if (interrupted && this.curation) this.run(interrupted.work).catch(() => undefined)
    })
  }

  /** Takes in what other processes wrote to the journals. */
  async refresh(): Promise<void> {
    if (this.generating) return
    await this.curation?.store
      .refresh()
      .catch((thrown: unknown) => this.showFailure(toFailure(thrown)))
  }

  /**
   * Generates and selects until all pools are full or {@link stop} is called. Failures are thrown
   * and shown.
   */
  async generate(): Promise<void> {
    await this.run(async (curation, signal) => {
      const models = new Map<string, LoadedModel>()
      const onModel = (model: LoadedModel): void => {
        models.set(describeLoaded(model), model)
        const descriptions = [...models.keys()].sort()
        this.device = descriptions.join('; ')
        this.services.engine.showModels(
          descriptions.flatMap((description) => models.get(description) ?? []),
        )
      }
      const { skipped } = await generate(curation, this.services.engine, {
        signal,
        select: true,
        onActivity: this.showActivity,
        onModel,
      })
      for (const { promptId, failure } of skipped)
        this.services.log.warn(`prompt ${promptId}: ${describeFailure(failure)}`)
      const first = skipped[0]
      if (first)
        this.commandFailure = {
          ...first.failure,
          message: `${skipped.length === 1 ? 'One prompt was' : `${skipped.length} prompts were`} left out. ${first.failure.message}`,
        }
    })
  }

  /** Selects anew after λ, k or the guard changed; needs no language model. */
  async select(): Promise<void> {
    await this.run(async (curation, signal) => {
      await selectAll(curation, this.services.engine, { signal, onActivity: this.showActivity })
    })
  }

  stop(): void {
    this.underWay?.controller.abort()
  }

  /** Ends the work under way; resolves when nothing is written by itself any more. */
  async quiet(): Promise<void> {
    this.stop()
    await this.underWay?.ended
    await this.curation?.dataSet.settled()
  }

  /** For a file that is no longer where it was: nothing must be written beside its old place. */
  close(): void {
    this.opened = Promise.reject(
      failureError('not-found', 'The curation file was moved.', {
        remedy: 'Open it where it is now.',
      }),
    )
    this.opened.catch(() => undefined)
    this.curation = null
    this.dispose()
  }

  showFailure(failure: Failure | null): void {
    this.commandFailure = failure
    this.announce()
  }

  view(): CurationView {
    const { curation } = this
    const settings = curation?.settings
    const failure = this.openFailure ?? curation?.dataSet.failure ?? this.commandFailure
    return {
      name: curationName(this.uri.fsPath),
      annotator: readSettings().annotator,
      generator: settings ? generatorNames(settings) : '',
      device: this.device,
      selection: settings?.selection ?? { method: 'aepo', k: 2, lambda: 0.5, guard: true },
      n: settings?.sampling.n ?? 0,
      counts: (curation && countsOf(curation)) ?? {
        prompts: 0,
        candidates: 0,
        candidatesWanted: 0,
        selected: 0,
        annotated: 0,
        pairs: 0,
        longerChosen: 0,
        budget: 0,
      },
      guidelines: this.guidelines,
      output: curation ? vscode.workspace.asRelativePath(curation.paths.output, false) : '',
      activity: this.activity,
      earlier:
        curation && !this.generating
          ? (this.earlier = this.earlier === undefined ? earlierCandidates(curation) : this.earlier)
          : null,
      runs: curation ? this.services.training.runs(curation) : [],
      failure: failure && withoutPaths(failure),
      failureIsPast: failure !== null && failure === this.commandFailure,
      trusted: vscode.workspace.isTrusted,
    }
  }

  dispose(): void {
    this.stop()
    this.announce.cancel()
    this.takeIn.cancel()
    vscode.Disposable.from(this.watchers, ...this.subscriptions).dispose()
  }

  private readonly showActivity = (activity: Activity): void => {
    this.activity = activity
    this.announce()
  }

  private async load(): Promise<Curation> {
    const file = this.uri.fsPath
    try {
      this.follow([file])
      const paths = await locateCuration(file)
      const { prompts, guidelines } = paths
      this.follow([file, prompts, ...(guidelines === null ? [] : [guidelines])], paths.folder)
      const curation = await Curation.open(file, {
        annotator: readSettings().annotator,
        onMessage: (message) => this.services.log.warn(message),
        now: () => new Date(),
      })
      this.guidelines = guidelines && (await readFile(guidelines, 'utf8').catch(() => null))
      curation.onChange((change) => this.curationChanged(curation, change))
      curation.dataSet.onFailureChange(() => this.announce())
      if (
        this.curation &&
        !isDeepStrictEqual(curation.settings.generator, this.curation.settings.generator)
      )
        this.device = null
      this.curation = curation
      this.earlier = undefined
      this.openFailure = null
      this.updateDataset(curation)
      await this.services.training.attach(curation)
      return curation
    } catch (thrown) {
      this.curation = null
      this.openFailure = toFailure(thrown, file)
      throw thrown
    }
  }

  /**
   * Opens anew when one of `files` changes, and takes in what others write to the journals in
   * `folder`.
   */
  private follow(files: readonly string[], folder?: string): void {
    this.watchers.dispose()
    const reload = ({ fsPath }: vscode.Uri): void => {
      if (files.includes(fsPath)) void this.reload()
    }
    const folders = new Set(files.map((file) => path.dirname(file)))
    this.watchers = vscode.Disposable.from(
      ...[...folders].map((each) => watchFiles(each, '*', reload)),
      ...(folder === undefined ? [] : [watchFiles(folder, '**/*.jsonl', this.takeIn)]),
    )
  }

  /**
   * Others may have annotated, or ended before they wrote it. Opening alone writes nothing to an
   * untrusted workspace.
   */
  private updateDataset(curation: Curation): void {
    if (vscode.workspace.isTrusted && curation.dataSet.counts().pairs > 0) curation.dataSet.update()
  }

  private curationChanged(curation: Curation, { journals, origin, foreign }: StoreChange): void {
    if (curation !== this.curation) return
    this.earlier = undefined
    this.announce()
    if (!journals.has('selections') && !journals.has('annotations')) return
    this.tasksChanged.fire(origin)
    if (foreign) this.updateDataset(curation)
  }

  private async run(work: Work): Promise<void> {
    if (this.underWay) return
    const controller = new AbortController()
    const done = this.work(work, controller.signal)
    this.underWay = { work, controller, ended: done.catch(() => undefined) }
    this.announce()
    await done
  }

  private async work(work: Work, signal: AbortSignal): Promise<void> {
    this.commandFailure = null
    try {
      await work(await this.open(), signal)
    } catch (thrown) {
      if (isAbort(thrown)) return
      this.commandFailure = toFailure(thrown)
      this.services.log.error(describeFailure(this.commandFailure))
      throw thrown
    } finally {
      this.underWay = null
      this.activity = null
      this.announce()
    }
  }
}
