// A curation's journals: read-only indexes kept in step with the disk, one transaction to change
// them, and one event that says what changed.
// Invariant I3.
import * as l10n from '@vscode/l10n'
import { Sequence } from '../async/sequence'
import type { GenerationRecord } from '../core/formats/records'
import type { AnnotationRecord, Candidate, LeftOutRecord, Selection } from '../shared/domain'
import type { JudgeRecord } from '../shared/judging'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { AnnotationJournals } from './annotationJournals'
import { isLocked, withBriefLock } from './briefLock'
import { CandidateGroups } from './candidateGroups'
import { CandidateIndex } from './candidateIndex'
import { CandidateJournal } from './candidateJournal'
import type { CurationPaths } from './curationPaths'
import { makeDataFolder } from './dataFolder'
import { EmbeddingStore } from './embeddings'
import { type GenerationLock, lockGeneration } from './generationLock'
import type { Annotations, Candidates, Judges, LeftOuts, Selections } from './indexes'
import { JudgeJournals } from './judgeJournals'
import { LeftOutJournal } from './leftOutJournal'
import { SelectionIndex } from './selectionIndex'
import { SelectionJournal } from './selectionJournal'
import { refuseToReplaceDataSet } from './lostData'
import { type EarlierRecords, setAside } from './setAside'
import { ChangeCollector, type StoreChange } from './storeChange'

export interface CurationStoreOptions {
  /** Whose annotations may be appended. */
  annotator: string
  /** Things a person should know but that stop nothing: a torn line set aside. */
  onMessage: (message: string) => void
}

/** What a use case may append between reading what others wrote and giving the lock back. */
export interface Transaction {
  /** They survive the end of the process when this resolves. */
  appendSelections(selections: readonly Selection[]): Promise<void>
  /** Resolves when the record is flushed to disk; rejects when that is not certain. */
  appendAnnotation(record: AnnotationRecord): Promise<void>
  /** They survive the end of the process when this resolves. */
  appendLeftOut(records: readonly LeftOutRecord[]): Promise<void>
  /** Takes candidates and selections out of the journals; see {@link setAside}. */
  setAside(leaving: EarlierRecords, stamp: string): Promise<string>
}

interface Journals {
  candidates: CandidateJournal
  selections: SelectionJournal
  annotations: AnnotationJournals
  leftOut: LeftOutJournal
  judges: JudgeJournals
}

export class CurationStore {
  private readonly listeners = new Set<(change: StoreChange) => void>()
  private readonly changing = new Sequence()
  private readonly candidateGroups = new CandidateGroups(this.changing, (generations, candidates) =>
    this.writeCandidates(generations, candidates),
  )
  private embeddingStore: { model: string; store: Promise<EmbeddingStore> } | null = null

  private constructor(
    private readonly paths: CurationPaths,
    private readonly options: CurationStoreOptions,
    private readonly journals: Journals,
    readonly candidates: Candidates,
    private readonly selectionIndex: SelectionIndex,
  ) {}

  get selections(): Selections {
    return this.selectionIndex
  }

  get annotations(): Annotations {
    return this.journals.annotations
  }

  get leftOut(): LeftOuts {
    return this.journals.leftOut
  }

  get judges(): Judges {
    return this.journals.judges
  }

  /**
   * Reads all journals. The data folder is made by the first write, not before. A line that is no
   * record is reported and passed over.
   * @throws FailureError of the file system, such as `no-permission`.
   */
  static async open(paths: CurationPaths, options: CurationStoreOptions): Promise<CurationStore> {
    const { onMessage } = options
    const annotations = new AnnotationJournals(paths.annotations, onMessage)
    const candidates = new CandidateIndex(paths.candidates)
    const selections = new SelectionIndex(candidates, annotations)
    const journals: Journals = {
      candidates: await CandidateJournal.open(paths.candidates, candidates, onMessage),
      selections: await SelectionJournal.open(paths.selections, selections, onMessage),
      annotations,
      leftOut: await LeftOutJournal.open(paths.leftOut, onMessage),
      judges: new JudgeJournals(paths.judges, onMessage),
    }
    const store = new CurationStore(paths, options, journals, candidates, selections)
    await store.refresh()
    return store
  }

  /**
   * Calls `listener` after each read and each write that changed an index. A transaction may make
   * two changes: what others wrote is announced before its work begins.
   * @returns stops it.
   */
  onChange(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Takes in what other processes appended since. */
  refresh(): Promise<void> {
    return this.changing.run(() => this.readForeign())
  }

  /**
   * Runs `work` while no other process changes selections or annotations, after reading what others
   * wrote: what it checks still holds when it appends. The transactions of one process run one
   * after another, so `work` must not wait for another.
   * @throws FailureError `busy` when another process keeps the lock; `disk-full`, `no-permission`;
   *   what `work` throws.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.changing.run(async () => {
      await this.makeDataFolder()
      try {
        return await withBriefLock(this.paths.selections, async () => {
          await this.readForeign()
          return this.announcing(new ChangeCollector(false), (change) =>
            work(this.transactionOf(change)),
          )
        })
      } catch (thrown) {
        if (isLocked(thrown))
          throw failureError('busy', l10n.t('Another process changes the journals.'), {
            where: this.paths.folder,
            remedy: l10n.t('Try again.'),
          })
        throw new FailureError(toFailure(thrown, this.paths.folder), { cause: thrown })
      }
    })
  }

  /**
   * Appends candidates, before them the settings they came from where the journal does not have
   * them. They survive the end of the process when this resolves, and are indexed. For the holder
   * of the lock on generation; a transaction is not needed.
   */
  async appendCandidates(
    generation: GenerationRecord,
    candidates: readonly Candidate[],
  ): Promise<void> {
    if (candidates.length === 0) return
    try {
      await this.candidateGroups.add(generation, candidates)
    } catch (thrown) {
      // When a group could only be written in part, the candidates that are on disk count.
      if (!candidates.every(({ id }) => this.candidates.has(id))) throw thrown
    }
  }

  /**
   * Appends an answer of a judge. It survives the end of the process when this resolves. A
   * transaction is not needed: answers depend on no other record.
   */
  appendJudgement(record: JudgeRecord): Promise<void> {
    return this.changing.run(async () => {
      await this.makeDataFolder()
      await this.announcing(new ChangeCollector(false), (change) =>
        this.journals.judges.append(record, change),
      )
    })
  }

  /**
   * The vectors of an embedding model. One object per model, so that concurrent appends wait for
   * each other.
   */
  embeddings(model: string): Promise<EmbeddingStore> {
    if (this.embeddingStore?.model !== model)
      this.embeddingStore = { model, store: EmbeddingStore.open(this.paths, model) }
    const { store } = this.embeddingStore
    return store.catch((thrown: unknown) => {
      if (this.embeddingStore?.store === store) this.embeddingStore = null
      throw thrown
    })
  }

  /**
   * For generation and import; giving it back saves the index of candidates.
   * @throws FailureError `busy` that names the folder; `not-found` where the data folder is gone.
   */
  async lockForGeneration(): Promise<GenerationLock> {
    await this.makeDataFolder()
    const { lost, release } = await lockGeneration(this.paths.folder)
    return { lost, release: () => release().finally(() => this.journals.candidates.save()) }
  }

  private transactionOf(change: ChangeCollector): Transaction {
    return {
      appendSelections: async (selections) => {
        try {
          await this.journals.selections.append(selections)
        } finally {
          await this.journals.selections.refresh(change)
        }
      },
      appendAnnotation: async (record) => {
        const { annotator } = this.options
        if (record.annotator !== annotator)
          throw failureError(
            'internal',
            l10n.t`${record.annotator} is not ${annotator}, whose annotations these are.`,
          )
        await this.journals.annotations.append(record, change)
      },
      appendLeftOut: async (records) => {
        try {
          await this.journals.leftOut.append(records)
        } finally {
          await this.journals.leftOut.refresh(change)
        }
      },
      setAside: async (leaving, stamp) => {
        this.embeddingStore = null
        const kept = await setAside(this.paths, leaving, stamp)
        await this.read(change)
        return kept
      },
    }
  }

  private writeCandidates(
    generations: readonly GenerationRecord[],
    candidates: readonly Candidate[],
  ): Promise<void> {
    return this.announcing(new ChangeCollector(false), async (change) => {
      await this.makeDataFolder()
      try {
        await this.journals.candidates.append(generations, candidates)
      } finally {
        await this.journals.candidates.refresh(change, this.selectionIndex)
      }
    })
  }

  private async makeDataFolder(): Promise<void> {
    await refuseToReplaceDataSet(this.paths)
    const isNew = await makeDataFolder(this.paths.folder).catch((thrown: unknown) => {
      throw new FailureError(toFailure(thrown, this.paths.folder), { cause: thrown })
    })
    // vectors that were read before the folder was deleted
    if (isNew) this.embeddingStore = null
  }

  private readForeign(): Promise<void> {
    return this.announcing(new ChangeCollector(true), (change) => this.read(change))
  }

  private async announcing<T>(
    change: ChangeCollector,
    work: (change: ChangeCollector) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(change)
    } finally {
      if (!change.isEmpty) for (const listener of this.listeners) listener(change)
    }
  }

  private async read(change: ChangeCollector): Promise<void> {
    await this.journals.candidates.refresh(change, this.selectionIndex)
    await this.journals.selections.refresh(change)
    await this.journals.annotations.refresh(change)
    await this.journals.leftOut.refresh(change)
    await this.journals.judges.refresh(change)
  }
}
