// One opened curation: its file, prompts and journals joined; tasks to annotate, annotations, the
// derived data set.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { destination } from '../core/annotation/navigation'
import { shownOrder } from '../core/annotation/order'
import { dpoRow, preferencePairs, prefersLonger } from '../core/annotation/pairs'
import type { CurationFile } from '../core/formats/curationFile'
import { generatorsOf } from '../core/formats/modelSettings'
import { readCurationFile } from '../store/curationFileStore'
import { CURATION_SUFFIX, type CurationPaths, curationPaths } from '../store/curationPaths'
import { CurationStore } from '../store/curationStore'
import { loadPrompts } from '../store/promptFile'
import type { Annotation, Candidate, DpoRow, Preference, Prompt, Selection } from '../shared/domain'
import type { Counts, Task, TaskRequest, Undone } from '../shared/editorProtocol'
import { failureError } from '../shared/errors'
import { DatasetWriter } from './datasetWriter'
import { modelName } from './engine'

/** Rounds after the first need a trained model as generator. */
const ROUND = 1

export interface OpenOptions {
  annotator: string
  /**
   * Things a person should know but that stop nothing: a torn line set aside, duplicates among the
   * prompts.
   */
  onMessage: (message: string) => void
  now: () => Date
}

/** Which journals a change touched; `all` after another process may have written any of them. */
export type Change = 'candidates' | 'selections' | 'annotations' | 'all'

export interface AnnotateParams {
  selectionId: string
  preference: Preference
  milliseconds: number
  shownOrder: string[]
  note: string
}

/** `helpful` for `…/helpful.aepo.json`. */
export const curationName = (file: string): string => path.basename(file, CURATION_SUFFIX)

export class Curation {
  readonly round = ROUND
  private readonly listeners = new Set<(change: Change) => void>()
  /** Place in the prompts file, by id. */
  private readonly places: ReadonlyMap<string, number>
  /**
   * Prompts that cannot be sampled (too long for the model), as far as was tried since the curation
   * was opened.
   */
  readonly unsampled = new Set<string>()
  private ordered: readonly Selection[] | null = null
  private pairCounts: Pick<Counts, 'pairs' | 'longerChosen'> | null = null
  /**
   * What the output file follows by; to be updated, too, when others may have annotated, or ended
   * before they wrote it.
   */
  readonly dataset: DatasetWriter

  private constructor(
    readonly paths: CurationPaths,
    readonly settings: CurationFile,
    readonly prompts: readonly Prompt[],
    readonly store: CurationStore,
    private readonly options: OpenOptions,
  ) {
    this.places = new Map(prompts.map(({ id }, place) => [id, place]))
    this.dataset = new DatasetWriter(
      () => this.writeOutput(),
      paths.output,
      () => this.changed('annotations'),
    )
  }

  /** @throws FailureError for an invalid curation file, missing or broken prompts. */
  static async open(file: string, options: OpenOptions): Promise<Curation> {
    const settings = await readCurationFile(file)
    const paths = curationPaths(file, settings)
    const { prompts, duplicates } = await loadPrompts(paths.prompts, settings.fields)
    if (duplicates > 0)
      options.onMessage(`${paths.prompts}: ${duplicates} duplicate prompts are used once.`)
    const store = await CurationStore.open(paths, options)
    return new Curation(paths, settings, prompts, store, options)
  }

  get annotator(): string {
    return this.options.annotator
  }

  prompt(id: string): Prompt | undefined {
    return this.prompts[this.placeOf(id)]
  }

  /**
   * Calls `listener` after each change of the journals made through this object or seen by {@link
   * refresh}.
   */
  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** To be called after an append to the store. */
  changed(change: Change): void {
    if (change !== 'candidates') {
      this.ordered = null
      this.pairCounts = null
    }
    for (const listener of this.listeners) listener(change)
  }

  /** Takes in what other processes appended. */
  async refresh(): Promise<void> {
    if (await this.store.refresh()) this.changed('all')
  }

  /**
   * The selections of this round in prompt order; one with nothing to compare (all duplicates, say)
   * is passed over.
   */
  selections(): readonly Selection[] {
    const fewest = Math.min(2, this.settings.selection.k)
    this.ordered ??= this.prompts
      .flatMap(({ id }) => this.store.selectionOf(id, this.round) ?? [])
      .filter(({ candidateIds }) => candidateIds.length >= fewest)
    return this.ordered
  }

  task(request: TaskRequest): Task | null {
    return this.taskOf(
      destination(this.selections(), request, {
        id: ({ id }) => id,
        position: ({ promptId }) => this.placeOf(promptId),
        isOpen: ({ id }) => !this.annotations().has(id),
      }),
    )
  }

  /**
   * Resolves when the annotation is flushed to disk; the data set follows in the background (see
   * {@link settled}).
   * @throws FailureError `not-found` for a selection that another process took out of the journals.
   */
  async annotate(params: AnnotateParams): Promise<void> {
    await this.refresh()
    const selection = this.store.requireSelection(params.selectionId)
    checkPreference(params.preference, selection)
    await this.store.annotate({
      kind: 'annotation',
      id: randomUUID(),
      selectionId: selection.id,
      promptId: selection.promptId,
      annotator: this.annotator,
      preference: params.preference,
      shownOrder: params.shownOrder,
      milliseconds: params.milliseconds,
      ...(params.note.trim() === '' ? {} : { note: params.note }),
      at: this.options.now().toISOString(),
    })
    this.afterAnnotation()
  }

  /**
   * Takes back this annotator's last standing annotation on a selection that is shown; null when
   * there is none.
   */
  async undo(): Promise<Undone | null> {
    await this.refresh()
    const shown = new Map(this.selections().map((selection) => [selection.id, selection]))
    const last = this.store.lastAnnotation(({ selectionId }) => shown.has(selectionId))
    if (!last) return null
    await this.store.undo({
      kind: 'undo',
      id: randomUUID(),
      annotationId: last.id,
      annotator: this.annotator,
      at: this.options.now().toISOString(),
    })
    this.afterAnnotation()
    const task = this.taskOf(shown.get(last.selectionId))
    return task && { task, note: last.note ?? '' }
  }

  /** Rows of the DPO data set, in prompt order, from the annotations of all annotators. */
  rows(): DpoRow[] {
    const byAnnotator = new Map(
      this.store.annotators().map((annotator) => [annotator, this.store.annotations(annotator)]),
    )
    return preferencePairs(this.selections(), byAnnotator).flatMap(
      ({ promptId, chosenId, rejectedId }) => {
        const prompt = this.prompt(promptId)
        const chosen = this.store.candidate(chosenId)
        const rejected = this.store.candidate(rejectedId)
        return (
          (prompt && chosen && rejected && dpoRow(prompt.messages, chosen.text, rejected.text)) ??
          []
        )
      },
    )
  }

  /**
   * Brings the output file up to date with the journals on disk, whoever wrote them; returns its
   * number of rows.
   */
  async writeOutput(): Promise<number> {
    await this.refresh()
    const rows = this.rows()
    await this.store.writeOutput(rows)
    return rows.length
  }

  /** Resolves when the data set on disk shows every annotation made so far. */
  settled(): Promise<void> {
    return this.dataset.settled()
  }

  counts(): Counts {
    const { sampling, annotation } = this.settings
    const selections = this.selections()
    const annotations = this.annotations()
    return {
      prompts: this.prompts.length,
      ...this.candidateCounts(sampling.n),
      selected: selections.length,
      annotated: selections.reduce((sum, { id }) => sum + Number(annotations.has(id)), 0),
      ...(this.pairCounts ??= countPairs(this.rows())),
      budget: Math.min(annotation.budget, this.prompts.length),
    }
  }

  /** Of the prompts that the file has now; pools that are larger than `n` stay as they are. */
  private candidateCounts(n: number): Pick<Counts, 'candidates' | 'candidatesWanted'> {
    let candidates = 0
    let missing = 0
    for (const { id } of this.prompts) {
      const size = this.store.poolSize(id, this.round)
      candidates += size
      if (!this.unsampled.has(id)) missing += Math.max(0, n - size)
    }
    return { candidates, candidatesWanted: candidates + missing }
  }

  private annotations(): ReadonlyMap<string, Annotation> {
    return this.store.annotations(this.annotator)
  }

  private placeOf(promptId: string): number {
    return this.places.get(promptId) ?? -1
  }

  private taskOf(selection: Selection | undefined): Task | null {
    const prompt = selection && this.prompt(selection.promptId)
    if (!prompt) return null
    const annotation = this.annotations().get(selection.id)
    const reveal = !this.settings.annotation.blind || annotation !== undefined
    const order =
      annotation?.shownOrder ?? shownOrder(selection.id, this.annotator, selection.candidateIds)
    return {
      selectionId: selection.id,
      prompt: prompt.messages,
      responses: order.map((candidateId) => {
        const candidate = this.store.candidate(candidateId)
        return {
          candidateId,
          text: candidate?.text ?? '',
          finishReason: candidate?.finishReason ?? 'stop',
          tokenCount: candidate?.tokenCount ?? null,
          origin: reveal && candidate ? this.originOf(candidate) : null,
        }
      }),
      position: this.placeOf(prompt.id),
      total: this.prompts.length,
      preference: annotation?.preference ?? null,
      milliseconds: annotation?.milliseconds ?? 0,
      note: annotation?.note ?? '',
      removed: countReasons(selection),
      poolSize: selection.n + selection.removed.length,
    }
  }

  /** The model that an imported response or one of several generators gives its name to. */
  private originOf({ origin, generationId }: Candidate): string | null {
    const generators = generatorsOf(this.settings)
    if (origin !== undefined || generators.length === 1) return origin ?? null
    const generation = this.store.generation(generationId)
    if (!generation) return null
    const name = modelName(generation.model)
    const isShared = generators.filter(({ model }) => modelName(model) === name).length > 1
    return isShared && generation.server !== undefined ? `${name} at ${generation.server}` : name
  }

  private afterAnnotation(): void {
    this.changed('annotations')
    this.dataset.update()
  }
}

function countPairs(rows: readonly DpoRow[]): Pick<Counts, 'pairs' | 'longerChosen'> {
  return { pairs: rows.length, longerChosen: rows.filter(prefersLonger).length }
}

function countReasons({ removed }: Selection): Task['removed'] {
  const counts = new Map<Task['removed'][number]['reason'], number>()
  for (const { reason } of removed) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => ({ reason, count }))
}

function checkPreference(preference: Preference, selection: Selection): void {
  if (preference.kind !== 'ranking') return
  const ranked = preference.tiers.flat()
  const complete =
    ranked.length === selection.candidateIds.length &&
    selection.candidateIds.every((id) => ranked.includes(id))
  if (!complete)
    throw failureError(
      'bad-input',
      'The ranking does not name each response of this selection once.',
      {
        remedy: 'Rank the responses shown.',
      },
    )
}
