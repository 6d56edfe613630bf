// One curation file while VS Code works on it: opened, read anew when its files change, generated
// and selected for.
// Invariant I8.
import * as l10n from '@vscode/l10n'
import { isDeepStrictEqual } from 'node:util'
import type * as vscode from 'vscode'
import { Sequence } from '../async/sequence'
import { throttle } from '../async/throttle'
import { brokenRows } from '../curation/brokenRows'
import type { Curation } from '../curation/curation'
import { selectAll } from '../curation/select'
import type { EditorState } from '../shared/editorProtocol'
import { describeFailure, type Failure, failureError, toFailure } from '../shared/errors'
import type { StoreChange } from '../store/storeChange'
import {
  type CurationSlices,
  curationSlices,
  type Earlier,
  earlierOf,
  editorState,
  NOTHING_EARLIER,
  NOTHING_READ,
} from './editor/state'
import { DataCheck } from './dataCheck'
import type { Disposable, DocumentServices } from './documentServices'
import { Emitter } from './emitter'
import { FollowedFiles } from './followedFiles'
import { generateShown, type ShownResult, type WhatToSample } from './generation'
import { openFollowed } from './openFollowed'
import { ShownRound } from './shownRound'
import { type Work, type WorkEnd, WorkSlot } from './work'

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

  private opened: Promise<Curation> | null = null
  private curation: Curation | null = null
  /** As they were when the curation could last be read. */
  private slices: CurationSlices = NOTHING_READ
  private guidelines: string | null = null
  /** What samples, once known. */
  private device: string | null = null
  /** undefined: to be computed. */
  private earlier: Earlier | undefined
  private brokenRows: Failure | null = null
  /** Why the curation cannot be opened. */
  private openFailure: Failure | null = null
  private readonly round = new ShownRound()
  private readonly loading = new Sequence()
  private readonly announce = throttle(STATE_INTERVAL_MS, () => this.stateChanged.fire())
  private readonly work = new WorkSlot(this.announce)
  private readonly data = new DataCheck(this.announce)
  private readonly refreshSoon = throttle(REFRESH_INTERVAL_MS, () => void this.refresh())
  private readonly subscriptions: Disposable[]
  private readonly followed: FollowedFiles

  constructor(
    readonly uri: vscode.Uri,
    private readonly services: DocumentServices,
  ) {
    const { training, window } = services
    this.followed = new FollowedFiles(window.watch, {
      onChange: () => void this.reload(),
      onJournal: this.refreshSoon,
    })
    this.subscriptions = [
      this.followed,
      training.onChange((file) => {
        if (file === this.uri.fsPath) this.announce()
      }),
      window.onTrust(() => this.announce()),
    ]
  }

  get isBusy(): boolean {
    return this.work.isBusy
  }

  get activity(): EditorState['activity'] {
    return this.work.activity
  }

  /**
   * The curation, opened on first use.
   * @throws FailureError while its file or prompts are not valid.
   */
  open(): Promise<Curation> {
    this.opened ??= this.load()
    return this.opened
  }

  /** Reads everything again: the file or its prompts changed. Interrupted work starts again. */
  reload(): Promise<void> {
    return this.loading.run(async () => {
      await this.opened?.catch(() => undefined)
      const interrupted = await this.work.stopped()
      await this.curation?.dataSet.settled()
      await (this.opened = this.load()).catch(() => undefined) // shown as the obstacle
      this.announce()
      this.tasksChanged.fire()
      if (interrupted && this.curation) this.run(interrupted).catch(() => undefined) // shown, too
    })
  }

  /** Reads what other processes wrote to the journals. */
  async refresh(): Promise<void> {
    const { curation } = this
    if (this.isBusy || !curation) return
    await curation.store.refresh().catch((thrown: unknown) => this.showFailure(toFailure(thrown)))
    await this.data.look(curation.paths)
  }

  /** @throws FailureError `not-found` for a round that the curation does not have. */
  async showRound(number: number): Promise<void> {
    const curation = this.round.choose(await this.open(), number)
    this.opened = Promise.resolve(curation)
    this.show(curation)
    this.announce()
    this.tasksChanged.fire()
  }

  /**
   * Generates and selects until all pools are full or {@link stop} is called. Failures are thrown
   * and shown. @returns null where it was stopped, or other work is under way.
   */
  async generate(what: WhatToSample = {}): Promise<ShownResult | null> {
    const { engine, log, speeds } = this.services
    let result: ShownResult | null = null
    await this.run(async (signal) => {
      result = await generateShown(await this.open(), engine, {
        ...what,
        signal,
        log,
        onActivity: (activity) => this.work.showActivity(activity),
        onSpeed: (model, tokensPerSecond) => void speeds.record(model, tokensPerSecond),
        onModels: (models, description) => {
          this.device = description
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
    const end = await this.run(async (signal) => {
      await selectFrom(await this.open(), this.services.engine, {
        signal,
        onActivity: (activity) => this.work.showActivity(activity),
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
    await this.curation?.dataSet.settled()
  }

  /** For a file that was moved: nothing must be written beside its old place. */
  close(): void {
    this.opened = Promise.reject(
      failureError('not-found', l10n.t('The curation file was moved.'), {
        remedy: l10n.t('Open it where it is now.'),
      }),
    )
    this.opened.catch(() => undefined)
    this.curation = null
    this.dispose()
  }

  showFailure(failure: Failure | null): void {
    this.work.showFailure(failure)
  }

  state(): EditorState {
    const { curation, openFailure, work } = this
    const { training, window } = this.services
    if (curation)
      this.slices = curationSlices(
        curation,
        {
          guidelines: this.guidelines,
          device: this.device,
          earlier: this.isBusy ? NOTHING_EARLIER : (this.earlier ??= earlierOf(curation)),
          runs: training.runs(curation),
        },
        window.displayPath,
      )
    return editorState(
      {
        file: this.uri.fsPath,
        trusted: window.isTrusted(),
        openFailure,
        datasetFailure: this.data.failure ?? curation?.dataSet.failure ?? null,
        work,
        isOpen: curation !== null,
      },
      this.slices,
      window.displayPath,
    )
  }

  dispose(): void {
    this.stop()
    this.announce.cancel()
    this.refreshSoon.cancel()
    for (const each of this.subscriptions) each.dispose()
    this.stateChanged.dispose()
    this.tasksChanged.dispose()
  }

  private async load(): Promise<Curation> {
    const file = this.uri.fsPath
    const { log, training, window } = this.services
    try {
      const opened = await openFollowed(file, this.followed, {
        annotator: window.annotator(),
        onMessage: (message) => log.warn(message),
        now: () => new Date(),
      })
      const curation = this.round.of(opened.curation)
      this.guidelines = opened.guidelines
      curation.onChange((change) => this.curationChanged(curation, change))
      curation.dataSet.onFailureChange(() => this.announce())
      await training.attach(curation)
      this.show(curation)
      await this.data.look(curation.paths)
      const broken = brokenRows(curation.reading.report, curation.paths.prompts)
      this.work.replaceFailure(this.brokenRows, broken)
      this.brokenRows = broken
      return curation
    } catch (thrown) {
      this.curation = null
      this.openFailure = toFailure(thrown, file)
      throw thrown
    }
  }

  private show(curation: Curation): void {
    const { generator } = curation.settings
    if (this.curation && !isDeepStrictEqual(generator, this.curation.settings.generator))
      this.device = null
    this.curation = curation
    this.earlier = undefined
    this.openFailure = null
    this.updateDataset(curation)
  }

  /**
   * Others may have annotated, or ended before they wrote it. Opening alone writes nothing to an
   * untrusted workspace.
   */
  private updateDataset(curation: Curation): void {
    if (this.services.window.isTrusted() && curation.dataSet.counts().pairs > 0)
      curation.dataSet.update()
  }

  private curationChanged(curation: Curation, { journals, foreign }: StoreChange): void {
    if (curation.store !== this.curation?.store) return
    this.earlier = undefined
    this.announce()
    if (this.data.failure) void this.data.look(curation.paths)
    if (!journals.has('selections') && !journals.has('annotations')) return
    this.tasksChanged.fire()
    if (foreign) this.updateDataset(curation)
  }

  private async run(work: Work): Promise<WorkEnd> {
    try {
      return await this.work.run(work)
    } catch (thrown) {
      this.services.log.error(describeFailure(toFailure(thrown)))
      throw thrown
    }
  }
}
