// A curation file kept open: its files followed, all read again when one of them changes.
// Invariant I8.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import { Curation, type OpenOptions } from '../curation/curation'
import { brokenRows } from '../curation/prompts/brokenRows'
import { rowFindings } from '../curation/prompts/rowFindings'
import { type Failure, failureError, toFailure } from '../shared/errors'
import { locateCuration } from '../store/curationFileStore'
import type { StoreChange } from '../store/storeChange'
import type { Disposable, DocumentServices, DocumentWindow } from './documentServices'
import { FollowedFiles } from './followedFiles'
import { ShownRound } from './shownRound'

interface Listeners {
  /** The curation file, its prompts or its guidelines changed: {@link OpenedCuration.load}. */
  onFileChange: () => void
  /** Another process may have written to a journal, or the data folder came or went. */
  onJournal: () => void
  /** A journal of the curation that is open now changed. */
  onStoreChange: (curation: Curation, change: StoreChange) => void
  onDataSetFailure: () => void
  /**
   * Called with a curation that was read, before {@link OpenedCuration.open} resolves.
   * @param before the one that was read before it, if it could be read.
   */
  onLoaded: (curation: Curation, before: Curation | null) => Promise<void>
}

export class OpenedCuration implements Disposable {
  /** null before it was read, and while its file or prompts are not valid. */
  current: Curation | null = null
  guidelines: string | null = null
  /** Rows of the prompts that were left out since the file was read last. */
  brokenRows: Failure | null = null
  /** Why the curation cannot be opened. */
  failure: Failure | null = null
  private opened: Promise<Curation> | null = null
  private readonly round = new ShownRound()
  private readonly followed: FollowedFiles
  private readonly problems: ReturnType<DocumentWindow['rowProblems']>

  constructor(
    private readonly file: string,
    private readonly services: Pick<DocumentServices, 'log' | 'window'>,
    private readonly listeners: Listeners,
  ) {
    this.problems = services.window.rowProblems()
    this.followed = new FollowedFiles(services.window.watch, {
      onChange: () => listeners.onFileChange(),
      onJournal: () => listeners.onJournal(),
    })
  }

  /** How the curation is opened, and its evaluations. */
  get options(): OpenOptions {
    const { log, window } = this.services
    return {
      annotator: window.annotator(),
      onMessage: (message) => log.warn(message),
      now: () => new Date(),
    }
  }

  /**
   * The curation, read on first use.
   * @throws FailureError while its file or prompts are not valid.
   */
  open(): Promise<Curation> {
    this.opened ??= this.read()
    return this.opened
  }

  /**
   * Has another round as the one that is shown.
   * @throws FailureError `not-found` for a round that the curation does not have.
   */
  async showRound(number: number): Promise<void> {
    this.current = this.round.choose(await this.open(), number)
    this.opened = Promise.resolve(this.current)
  }

  /** Resolves when no reading is under way. */
  settled(): Promise<unknown> {
    return Promise.resolve(this.opened?.catch(() => undefined))
  }

  /** Reads everything again. A failure is kept in {@link failure}. */
  async load(): Promise<void> {
    await (this.opened = this.read()).catch(() => undefined)
  }

  /** For a file that was moved: nothing must be written beside its old place. */
  close(): void {
    this.opened = Promise.reject(
      failureError('not-found', l10n.t('The curation file was moved.'), {
        remedy: l10n.t('Open it where it is now.'),
      }),
    )
    this.opened.catch(() => undefined)
    this.current = null
    this.dispose()
  }

  dispose(): void {
    this.followed.dispose()
    this.problems.dispose()
  }

  private async read(): Promise<Curation> {
    const { file } = this
    try {
      this.followed.set([file])
      const { prompts, guidelines, folder } = await locateCuration(file)
      this.followed.set([file, prompts, ...(guidelines === null ? [] : [guidelines])], folder)
      const lastRound = await Curation.open(file, this.options)
      const curation = this.round.of(lastRound)
      this.guidelines = guidelines && (await readFile(guidelines, 'utf8').catch(() => null))
      this.brokenRows = brokenRows(curation.reading.report, prompts)
      this.problems.set(prompts, rowFindings(curation))
      const before = this.current
      this.follow(curation)
      await this.listeners.onLoaded(curation, before)
      return curation
    } catch (thrown) {
      this.current = null
      this.failure = toFailure(thrown, file)
      throw thrown
    }
  }

  private follow(curation: Curation): void {
    curation.onChange((change) => {
      const { current } = this
      if (current?.store === curation.store) this.listeners.onStoreChange(current, change)
    })
    curation.dataSet.onFailureChange(() => this.listeners.onDataSetFailure())
    this.current = curation
    this.failure = null
  }
}
