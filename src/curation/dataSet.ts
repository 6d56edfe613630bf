// The DPO data set that the annotations give: its rows, and the output file that follows them.
// Invariant I7.
import { Coalesced } from '../async/coalesced'
import { Sequence } from '../async/sequence'
import {
  dpoRow,
  type PreferencePair,
  preferencePairs,
  prefersLonger,
} from '../core/annotation/pairs'
import type { DpoRow, Prompt } from '../shared/domain'
import { type Failure, toFailure } from '../shared/errors'
import type { CurationPaths } from '../store/curationPaths'
import type { CurationStore } from '../store/curationStore'
import { writeDataSet } from '../store/dataSet'
import { PerPrompt } from './perPrompt'
import type { Round } from './round'

/** What a data set needs of its curation. */
export interface DataSetOf {
  paths: CurationPaths
  prompts: readonly Prompt[]
  prompt: (id: string) => Prompt | undefined
  rounds: readonly Round[]
  store: CurationStore
}

export interface PairCounts {
  /** Rows of the data set. */
  pairs: number
  /** Those of them whose chosen response is the longer one. */
  longerChosen: number
}

export class DataSet {
  private currentFailure: Failure | null = null
  private readonly byPrompt: PerPrompt<DpoRow>
  private counted: { rows: readonly DpoRow[]; counts: PairCounts } | null = null
  private readonly listeners = new Set<() => void>()
  private readonly updates = new Coalesced(() => this.updateOnce())
  private readonly writing = new Sequence()

  constructor(private readonly curation: DataSetOf) {
    const { prompts, store } = curation
    this.byPrompt = new PerPrompt(prompts, store, ['selections', 'annotations'], (id) =>
      this.rowsOf(id),
    )
  }

  /** Why the output file could not follow the last annotation. The annotation itself is kept. */
  get failure(): Failure | null {
    return this.currentFailure
  }

  /** Calls `listener` when {@link failure} changed. @returns stops it. */
  onFailureChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** In prompt order, from the annotations of all annotators. */
  rows(): readonly DpoRow[] {
    return this.byPrompt.all()
  }

  /** The pairs behind the rows, and those of equal texts, which make no row; in prompt order. */
  pairs(): PreferencePair[] {
    return this.curation.prompts.flatMap(({ id }) => this.pairsOf(id))
  }

  counts(): PairCounts {
    const rows = this.rows()
    if (this.counted?.rows !== rows) {
      const longerChosen = rows.filter(prefersLonger).length
      this.counted = { rows, counts: { pairs: rows.length, longerChosen } }
    }
    return this.counted.counts
  }

  /**
   * Brings a file up to date with the journals on disk, whoever wrote them.
   * @param file the output file of the curation, when not given.
   * @returns the number of rows.
   * @throws FailureError `bad-input` for a file that the curation reads; `disk-full`,
   *   `no-permission`.
   */
  async write(file?: string): Promise<number> {
    await this.curation.store.refresh()
    return this.writeRows(file)
  }

  /** Brings the output file up to date with the indexes, in the background. */
  update(): void {
    this.updates.request()
  }

  /** Resolves when each {@link update} so far is done. */
  settled(): Promise<void> {
    return this.updates.settled()
  }

  private writeRows(file = this.curation.paths.output): Promise<number> {
    return this.writing.run(async () => {
      const rows = this.rows()
      await writeDataSet(file, rows, this.curation.paths)
      return rows.length
    })
  }

  private async updateOnce(): Promise<void> {
    try {
      await this.writeRows()
      this.setFailure(null)
    } catch (thrown) {
      this.setFailure(toFailure(thrown, this.curation.paths.output))
    }
  }

  private setFailure(failure: Failure | null): void {
    if (failure === this.currentFailure) return
    this.currentFailure = failure
    for (const listener of this.listeners) listener()
  }

  private pairsOf(promptId: string): PreferencePair[] {
    const { store, rounds } = this.curation
    const { annotations } = store
    const selections = rounds
      .flatMap((round) => round.comparable(promptId))
      .filter(({ id }) => annotations.isAnnotated(id))
    if (selections.length === 0) return []
    const byAnnotator = new Map(
      annotations.annotators.map((annotator) => [annotator, annotations.standing(annotator)]),
    )
    return preferencePairs(selections, byAnnotator)
  }

  private rowsOf(promptId: string): DpoRow[] {
    const { candidates } = this.curation.store
    const messages = this.curation.prompt(promptId)?.messages
    if (!messages) return []
    return this.pairsOf(promptId).flatMap(({ chosenId, rejectedId }) => {
      const chosen = candidates.candidate(chosenId)
      const rejected = candidates.candidate(rejectedId)
      return (chosen && rejected && dpoRow(messages, chosen.text, rejected.text)) ?? []
    })
  }
}
