// One curation file while VS Code works on it: generated and selected for, its state drawn.
// Invariant I8.
import { isDeepStrictEqual } from 'node:util'
import type * as vscode from 'vscode'
import { Sequence } from '../async/sequence'
import { throttle } from '../async/throttle'
import type { Curation } from '../curation/curation'
import { selectAll } from '../curation/selection/select'
import { TrySession } from '../curation/trying/session'
import { SimulationSession } from '../simulation/session'
import type { EditorState } from '../shared/editorProtocol'
import { describeFailure, type Failure, toFailure } from '../shared/errors'
import type { StoreChange } from '../store/storeChange'
import { ShownState } from './editor/shownState'
import { DataCheck } from './dataCheck'
import type { Disposable, DocumentServices } from './documentServices'
import { Emitter } from './emitter'
import { OpenEvaluations } from './evaluations'
import { generateShown, type ShownResult, type WhatToSample } from './generation'
import { LookAhead } from './lookAhead'
import { OpenedCuration } from './openedCuration'
import { TrainingDraft, type KnownModel, type DraftFacts } from './trainingDraft'
import { type WorkEnd, WorkSlot } from './work'

/** The state is sent to the editor, and what others wrote is read, at most this often. */
const STATE_INTERVAL_MS = 150
const REFRESH_INTERVAL_MS = 500

export class CurationDocument implements Disposable {
  private readonly stateChanged = new Emitter<void>()
  private readonly tasksChanged = new Emitter<void>()
  /** Fires when {@link state} would answer differently. */
  readonly onStateChange = this.stateChanged.event
  /** Fires when another task may have to be shown, whoever caused it. */
  readonly onTasksChange = this.tasksChanged.event

  private readonly shown: ShownState
  /** The training run that is being set up. */
  trainingDraft: TrainingDraft | null = null
  /** As it is among the failures that {@link work} shows. */
  private brokenRows: Failure | null = null
  private readonly loading = new Sequence()
  private readonly announce = throttle(STATE_INTERVAL_MS, () => this.stateChanged.fire())
  readonly work = new WorkSlot(this.announce, (failure) =>
    this.services.log.error(describeFailure(failure)),
  )
  private readonly data = new DataCheck(this.announce)
  private readonly refreshSoon = throttle(REFRESH_INTERVAL_MS, () => void this.refresh())
  private readonly subscriptions: Disposable[]
  private readonly opened: OpenedCuration
  readonly trying: TrySession
  readonly evaluations: OpenEvaluations
  readonly lookAhead: LookAhead
  readonly simulation: SimulationSession

  constructor(
    readonly uri: vscode.Uri,
    private readonly services: DocumentServices,
  ) {
    const { runs, window } = services
    this.shown = new ShownState(window.displayPath)
    this.trying = new TrySession(services.engine, { onChange: this.announce })
    this.simulation = new SimulationSession(services, this.announce)
    this.opened = new OpenedCuration(uri.fsPath, services, {
      onFileChange: () => void this.reload(),
      onJournal: this.refreshSoon,
      onStoreChange: (curation, change) => this.storeChanged(curation, change),
      onDataSetFailure: this.announce,
      onLoaded: (curation, before) => this.loaded(curation, before),
    })
    this.lookAhead = new LookAhead(services, this.opened, this.work)
    const options = (): OpenedCuration['options'] => this.opened.options
    this.evaluations = new OpenEvaluations(options, () => this.announceAll())
    this.subscriptions = [
      this.opened,
      runs.onChange((file) => {
        if (file === this.uri.fsPath) this.announce()
      }),
      window.onTrust(() => this.announceAll()),
    ]
  }

  get isBusy(): boolean {
    return this.work.isBusy
  }

  /** See {@link OpenedCuration.open}. */
  open(): Promise<Curation> {
    return this.opened.open()
  }

  /** Reads everything again: the file or its prompts changed. Interrupted work starts again. */
  reload(): Promise<void> {
    return this.loading.run(async () => {
      await this.opened.settled()
      const interrupted = await this.work.stopped()
      await this.lookAhead.stopped()
      await this.opened.current?.dataSet.settled()
      await this.opened.load()
      this.announceAll()
      if (interrupted && this.opened.current) this.work.run(interrupted).catch(() => undefined)
    })
  }

  /** Reads what other processes wrote to the journals. */
  async refresh(): Promise<void> {
    const curation = this.opened.current
    if (this.isBusy || !curation) return
    const hadData = hasData(curation)
    await curation.store.refresh().catch((thrown: unknown) => this.showFailure(toFailure(thrown)))
    await this.evaluations.refresh()
    await this.data.look(curation.paths, hadData)
  }

  /** See {@link OpenEvaluations.sample}. Failures are thrown and shown. */
  sampleEvaluation(id: string): Promise<WorkEnd> {
    const { engine, log } = this.services
    const shown = { onActivity: this.work.showActivity, log }
    return this.work.run((signal) => this.evaluations.sample(id, engine, { signal, ...shown }))
  }

  /** See {@link OpenedCuration.showRound}. */
  async showRound(number: number): Promise<void> {
    await this.opened.showRound(number)
    this.shown.device = null
    this.shown.forgetEarlier()
    this.announceAll()
  }

  /**
   * Generates and selects until all pools are full or {@link stop} is called. Failures are thrown
   * and shown. @returns null where it was stopped, or other work is under way.
   */
  async generate(what: WhatToSample = {}): Promise<ShownResult | null> {
    const { engine, log, speeds } = this.services
    let result: ShownResult | null = null
    await this.work.run(async (signal) => {
      result = await generateShown(await this.open(), engine, {
        ...what,
        signal,
        log,
        onActivity: this.work.showActivity,
        onSpeed: (model, tokensPerSecond) => void speeds.record(model, tokensPerSecond),
        onModels: (models, description) => {
          this.shown.device = description
          engine.showModels(models)
        },
      })
      if (result.leftOut) this.work.showFailure(result.leftOut)
    })
    return result
  }

  /**
   * Selects again after λ, k or the guard changed, or makes another selection from each pool.
   * @returns how it ended, and the number of new selections.
   */
  async select(selectFrom: typeof selectAll = selectAll): Promise<{ end: WorkEnd; added: number }> {
    let added = 0
    const end = await this.work.run(async (signal) => {
      await selectFrom(await this.open(), this.services.engine, {
        signal,
        onActivity: this.work.showActivity,
        onAdded: () => added++,
      })
    })
    return { end, added }
  }

  stop(): void {
    this.work.stop()
  }

  /** Ends the work under way; resolves when nothing is being written. */
  async quiet(): Promise<void> {
    await this.work.stopped()
    await this.lookAhead.stopped()
    await this.opened.current?.dataSet.settled()
  }

  /** For a file that was moved: nothing must be written beside its old place. */
  close(): void {
    this.opened.close()
    this.dispose()
  }

  /** Sets up a training run, where none is. @param models see {@link TrainingDraft}. */
  beginTraining(models: readonly KnownModel[], known: DraftFacts): void {
    this.trainingDraft ??= new TrainingDraft(models, this.announce, known)
    this.announce()
  }

  /** The run was started, or is not wanted. */
  closeTraining(): void {
    this.trainingDraft = null
    this.announce()
  }

  showFailure(failure: Failure | null): void {
    this.work.showFailure(failure)
  }

  state(): EditorState {
    const { opened, work, shown } = this
    const { runs, window } = this.services
    const curation = opened.current
    if (curation)
      shown.read(curation, this.isBusy, {
        guidelines: opened.guidelines,
        runs: runs.views(curation),
        evaluations: this.evaluations.views(),
        training: this.trainingDraft?.formOf(curation) ?? null,
        trying: this.trying.view(curation),
        simulation: this.simulation.view(),
      })
    return shown.withStatus({
      file: this.uri.fsPath,
      trusted: window.isTrusted(),
      openFailure: opened.failure,
      lost: this.data.lost,
      datasetFailure: curation?.dataSet.failure ?? null,
      work,
      isOpen: curation !== null,
    })
  }

  dispose(): void {
    this.stop()
    this.trying.stop()
    this.lookAhead.dispose()
    this.simulation.stop()
    this.announce.cancel()
    this.refreshSoon.cancel()
    for (const each of this.subscriptions) each.dispose()
    this.stateChanged.dispose()
    this.tasksChanged.dispose()
  }

  private async loaded(curation: Curation, before: Curation | null): Promise<void> {
    const { brokenRows } = this.opened
    await this.services.runs.attach(curation)
    await this.evaluations.attach(curation)
    if (before && !isDeepStrictEqual(curation.settings.generator, before.settings.generator))
      this.shown.device = null
    this.shown.forgetEarlier()
    this.updateDataset(curation)
    await this.data.look(curation.paths, hasData(curation))
    this.work.replaceFailure(this.brokenRows, brokenRows)
    this.brokenRows = brokenRows
  }

  /**
   * Others may have annotated, or ended before they wrote it. Opening alone writes nothing to an
   * untrusted workspace.
   */
  private updateDataset(curation: Curation): void {
    if (this.services.window.isTrusted() && curation.dataSet.counts().pairs > 0)
      curation.dataSet.update()
  }

  private storeChanged(curation: Curation, { journals, foreign }: StoreChange): void {
    this.shown.forgetEarlier()
    this.announce()
    this.lookAhead.request()
    if (this.data.lost) void this.data.look(curation.paths, hasData(curation))
    if (!journals.has('selections') && !journals.has('annotations')) return
    this.trainingDraft?.forget()
    this.tasksChanged.fire()
    if (foreign) this.updateDataset(curation)
  }

  private announceAll(): void {
    this.announce()
    this.lookAhead.request()
    this.tasksChanged.fire()
  }
}

const hasData = ({ store }: Curation): boolean => store.candidates.size > 0
