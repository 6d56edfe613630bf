// All of a curation's journals in memory, kept in step with the disk; every change is on disk
// before it is in memory.
import { type GenerationRecord, selectionSchema } from '../core/formats/records'
import type { Annotation, AnnotationRecord, Candidate, DpoRow, Selection } from '../shared/domain'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { AnnotationJournals } from './annotationJournals'
import { isLocked, withBriefLock } from './briefLock'
import { CandidateGroups } from './candidateGroups'
import { CandidateIndex } from './candidateIndex'
import { CandidateJournal } from './candidateJournal'
import type { CurationPaths } from './curationPaths'
import { makeDataFolder } from './dataFolder'
import { writeDataSet } from './dataSet'
import { EmbeddingStore } from './embeddings'
import { type GenerationLock, lockGeneration } from './generationLock'
import { Journal } from './journal'
import { SelectionIndex } from './selectionIndex'
import { Sequence } from '../async/sequence'
import { type Leaving, setAside } from './setAside'

export interface CurationStoreOptions {
  /** Whose annotations are written. */
  annotator: string
  /** Things a person should know but that stop nothing: a torn line set aside. */
  onMessage: (message: string) => void
}

export class CurationStore {
  private readonly annotationJournals: AnnotationJournals
  private readonly changing = new Sequence()
  private readonly writingOutput = new Sequence()
  private readonly candidateGroups = new CandidateGroups(this.changing, (generations, candidates) =>
    this.writeCandidates(generations, candidates),
  )
  private embeddingStore: { model: string; store: Promise<EmbeddingStore> } | null = null

  private constructor(
    private readonly paths: CurationPaths,
    private readonly options: CurationStoreOptions,
    private readonly candidateIndex: CandidateIndex,
    private readonly candidateJournal: CandidateJournal,
    private readonly selectionIndex: SelectionIndex,
    private readonly selectionJournal: Journal<Selection>,
  ) {
    this.annotationJournals = new AnnotationJournals(paths.annotations, options.onMessage)
  }

  /**
   * Reads all journals; the data folder is made by the first write, not before.
   * @throws FailureError `no-permission` and the like. Lines that are no records are told of and
   *   passed over.
   */
  static async open(paths: CurationPaths, options: CurationStoreOptions): Promise<CurationStore> {
    const { onMessage } = options
    const candidates = new CandidateIndex(paths.candidates)
    const selections = new SelectionIndex()
    const store = new CurationStore(
      paths,
      options,
      candidates,
      await CandidateJournal.open(paths.candidates, candidates, onMessage),
      selections,
      await Journal.open(paths.selections, selectionSchema, {
        onMessage,
        onRewritten: () => selections.clear(),
      }),
    )
    await store.refresh()
    return store
  }

  /** Takes in what other processes appended since; whether that was anything. */
  refresh(): Promise<boolean> {
    return this.changing.run(() => this.readAll())
  }

  // Candidates

  /** Candidates in all pools. */
  get candidateCount(): number {
    return this.candidateIndex.size
  }

  poolSize(promptId: string, round: number): number {
    return this.candidateIndex.poolSize(promptId, round)
  }

  /**
   * The pool of a prompt in the order of the candidates' indices. The array does not change later.
   */
  candidatesOf(promptId: string, round: number): readonly Candidate[] {
    return this.candidateIndex.pool(promptId, round)
  }

  candidate(id: string): Candidate | undefined {
    return this.candidateIndex.candidate(id)
  }

  /** The settings that candidates with this `generationId` came from. */
  generation(id: string): GenerationRecord | undefined {
    return this.candidateIndex.generation(id)
  }

  /** The settings of all candidates, also of some that were set aside. */
  generations(): Iterable<GenerationRecord> {
    return this.candidateIndex.allGenerations()
  }

  /**
   * Takes candidates and selections out of the journals; see {@link setAside}. For the holder of
   * the lock.
   * @param choose what is to leave, null for nothing: asked once all that is on disk is known and
   *   nothing is added any more.
   */
  setAside(choose: () => Leaving | null, stamp: string): Promise<string | null> {
    return this.exclusively(async () => {
      await this.readAll()
      const leaving = choose()
      if (!leaving) return null
      this.embeddingStore = null
      const kept = await setAside(this.paths, leaving, stamp)
      await this.readAll()
      return kept
    })
  }

  /** Texts of a pool that were seen under at least so many (2 or more) prompts so far, trimmed. */
  repeatedTextsOf(promptId: string, round: number, minPrompts = 3): string[] {
    return this.candidateIndex.repeatedTexts(promptId, round, minPrompts)
  }

  /**
   * Appends candidates, before them the settings they came from where the journal does not have
   * them. They survive the end of the process when this resolves, and are known to {@link
   * candidate}.
   */
  async appendCandidates(
    generation: GenerationRecord,
    candidates: readonly Candidate[],
  ): Promise<void> {
    if (candidates.length === 0) return
    try {
      await this.candidateGroups.add(generation, candidates)
    } catch (thrown) {
      // Of a group that could be written in part, those that are on disk are no failures.
      if (!candidates.every(({ id }) => this.candidateIndex.has(id))) throw thrown
    }
  }

  // Selections

  /**
   * Every selection ever made, in the order of the journal; also those that later ones replaced.
   */
  selections(): Iterable<Selection> {
    return this.selectionIndex.all()
  }

  /** Undefined also for one whose candidates have other texts now. */
  selection(id: string): Selection | undefined {
    const selection = this.selectionIndex.selection(id)
    return selection && this.candidateIndex.isOf(selection) ? selection : undefined
  }

  /** @throws FailureError `not-found` where {@link selection} is undefined. */
  requireSelection(id: string): Selection {
    const selection = this.selection(id)
    if (!selection)
      throw failureError('not-found', 'This selection no longer exists.', {
        remedy: 'Go on with the next one.',
      })
    return selection
  }

  /**
   * The selection that is shown: the latest that any annotator's annotation stands on, else the
   * latest. One whose candidates have other texts now does not count, and neither do annotations on
   * it: they were about those texts.
   */
  selectionOf(promptId: string, round: number): Selection | undefined {
    return this.selectionIndex.current(
      promptId,
      round,
      (selection) => this.candidateIndex.isOf(selection),
      (id) => this.isAnnotated(id),
    )
  }

  /** Appends selections; they survive the end of the process when this resolves. */
  async appendSelections(selections: readonly Selection[]): Promise<void> {
    await this.exclusively(async () => {
      try {
        await this.selectionJournal.append(selections, { flush: false })
      } finally {
        await this.readSelections()
      }
    })
  }

  // Annotations

  /** Everyone who annotated, sorted. */
  annotators(): string[] {
    return this.annotationJournals.annotators
  }

  /** Standing annotations by selection id; empty for someone unknown. */
  annotations(annotator: string): ReadonlyMap<string, Annotation> {
    return this.annotationJournals.standing(annotator)
  }

  isAnnotated(selectionId: string): boolean {
    return this.annotationJournals.isAnnotated(selectionId)
  }

  /**
   * This annotator's last annotation that is not undone, of those that `counts`: what an undo takes
   * back.
   */
  lastAnnotation(counts: (annotation: Annotation) => boolean = () => true): Annotation | undefined {
    return this.annotationJournals.last(this.options.annotator, counts)
  }

  /** Resolves when the annotation is flushed to disk; rejects when it is not certain to be. */
  annotate(record: Annotation): Promise<void> {
    return this.appendAnnotation(record)
  }

  /** Resolves when the undoing is flushed to disk. */
  undo(record: Extract<AnnotationRecord, { kind: 'undo' }>): Promise<void> {
    return this.appendAnnotation(record)
  }

  // Derived files and the lock

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

  /** For generation and import. @throws FailureError `busy` that names the folder. */
  async lockForGeneration(): Promise<GenerationLock> {
    const { lost, release } = await lockGeneration(this.paths.folder)
    return { lost, release: () => release().finally(() => this.candidateJournal.save()) }
  }

  /** Writes the data set; see {@link writeDataSet}. */
  async writeOutput(rows: Iterable<DpoRow>, file = this.paths.output): Promise<void> {
    await this.writingOutput.run(() => writeDataSet(file, rows, this.paths))
  }

  private async writeCandidates(
    generations: GenerationRecord[],
    candidates: Candidate[],
  ): Promise<void> {
    await this.makeDataFolder()
    try {
      await this.candidateJournal.append(generations, candidates)
    } finally {
      await this.candidateJournal.refresh()
    }
  }

  private appendAnnotation(record: AnnotationRecord): Promise<void> {
    if (record.annotator !== this.options.annotator)
      return Promise.reject(
        failureError(
          'internal',
          `${record.annotator} is not ${this.options.annotator}, whose annotations these are.`,
        ),
      )
    return this.exclusively(async () => {
      if (record.kind === 'annotation') await this.mustStillBe(record.selectionId)
      await this.annotationJournals.append(record)
    })
  }

  private async mustStillBe(selectionId: string): Promise<void> {
    const wasKnown = this.selection(selectionId) !== undefined
    await this.readSelections()
    if (wasKnown) this.requireSelection(selectionId)
  }

  /** For what a setting aside must not meet on its way, that of another process included. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.changing.run(async () => {
      await this.makeDataFolder()
      return withBriefLock(this.paths.selections, work).catch((thrown: unknown) => {
        if (isLocked(thrown))
          throw failureError('busy', 'Another process changes the journals.', {
            where: this.paths.folder,
            remedy: 'Try again.',
          })
        throw new FailureError(toFailure(thrown, this.paths.folder), { cause: thrown })
      })
    })
  }

  private async makeDataFolder(): Promise<void> {
    await makeDataFolder(this.paths.folder).catch((thrown: unknown) => {
      throw new FailureError(toFailure(thrown, this.paths.folder), { cause: thrown })
    })
  }

  private async readAll(): Promise<boolean> {
    const candidates = await this.candidateJournal.refresh()
    const selections = await this.readSelections()
    const annotations = await this.annotationJournals.refresh()
    return candidates || selections || annotations
  }

  private async readSelections(): Promise<boolean> {
    return readInto(this.selectionIndex, this.selectionJournal)
  }
}

/** Takes in what a journal has more than its index, or less, when it was replaced. */
async function readInto<T>(
  index: { size: number; add(record: T): void },
  journal: Journal<T>,
): Promise<boolean> {
  const before = index.size
  let records = 0
  await journal.visit((record) => {
    records++
    index.add(record)
  })
  return records > 0 || index.size !== before
}
