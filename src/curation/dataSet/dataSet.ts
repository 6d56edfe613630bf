// The data set that the annotations give: its rows, and the output file that follows them.
// Invariant I7.
import { Coalesced } from '../../async/coalesced'
import { Sequence } from '../../async/sequence'
import { dpo } from '../../core/export/dpo'
import type { ExportFormat } from '../../core/export/format'
import { exportFormat, type ExportFormatId } from '../../core/export/formats'
import { type ExportedRows, type RoundRow, rowsToExport } from '../../core/export/rows'
import type { Prompt } from '../../shared/domain'
import { type Failure, toFailure } from '../../shared/errors'
import type { CurationPaths } from '../../store/curationPaths'
import type { CurationStore } from '../../store/curationStore'
import { writeDataSet, type WrittenDataSet } from '../../store/dataSet'
import { refuseToReplaceDataSet } from '../../store/lostData'
import { PerPrompt } from '../perPrompt'
import type { Comparisons, NamedAnnotators } from './comparisons'
import { exportFile } from './exportFile'
import type { ExportRequest, FlaggedChoice } from './exportRequest'
import { type DpoRoundRow, PAIR_COUNTS, type PairCounts } from './pairCounts'

/** What a data set needs of its curation. */
export interface DataSetOf {
  paths: CurationPaths
  prompts: readonly Prompt[]
  store: CurationStore
  comparisons: Comparisons
  /** Whether the output file follows the annotations. */
  isWritten: boolean
}

/** Writing tens of thousands of rows takes a tenth of a second: decisions come before it. */
const REST = 4

export interface Exported extends ExportedRows {
  file: string
  /** Rows that the file had before beyond those it has now. */
  lost: number
}

export class DataSet {
  private currentFailure: Failure | null = null
  private readonly dpoRows: PerPrompt<DpoRoundRow, keyof PairCounts>
  private readonly listeners = new Set<() => void>()
  private readonly updates = new Coalesced(() => this.updateOnce(), REST)
  private readonly writing = new Sequence()
  /** The output as it was written last. */
  private written: WrittenDataSet | null = null

  constructor(private readonly curation: DataSetOf) {
    const { prompts, store } = curation
    this.dpoRows = new PerPrompt(
      prompts,
      store,
      ['selections', 'annotations'],
      (id) => this.rowsOf(id, dpo),
      PAIR_COUNTS,
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

  /** @param rounds by default all. */
  counts(rounds?: readonly number[]): PairCounts {
    return rounds ? this.dpoRows.sumsOf(({ round }) => rounds.includes(round)) : this.dpoRows.sums()
  }

  /** The rows as the journals were read last. */
  rows({
    format = 'dpo',
    flagged,
    annotators,
    ...choice
  }: Omit<ExportRequest, 'file'> = {}): ExportedRows {
    return rowsToExport(this.byPrompt(format, flagged, annotators), choice)
  }

  /** The file that {@link write} writes where the request names none. */
  fileFor(request: ExportRequest): string {
    return request.file ?? exportFile(this.curation.paths, request)
  }

  /**
   * Brings a file up to date with the journals on disk, whoever wrote them.
   * @throws FailureError `bad-input` for a file that the curation reads; `not-found` where the data
   *   folder is gone; `disk-full`, `no-permission`.
   */
  async write(request: ExportRequest = {}): Promise<Exported> {
    await this.curation.store.refresh()
    return this.writeRows(request)
  }

  /** Brings the output file up to date with the indexes, in the background. */
  update(): void {
    if (this.curation.isWritten) this.updates.request()
  }

  /** Resolves when each {@link update} so far is done. */
  settled(): Promise<void> {
    return this.updates.settled()
  }

  private writeRows(request: ExportRequest): Promise<Exported> {
    return this.writing.run(async () => {
      const file = this.fileFor(request)
      const { paths } = this.curation
      await refuseToReplaceDataSet(paths)
      const exported = this.rows(request)
      const options = { ...request, last: this.written }
      const { lost, written } = await writeDataSet(file, exported.rows, paths, options)
      if (file === paths.output) this.written = written
      return { ...exported, file, lost }
    })
  }

  private byPrompt(
    format: ExportFormatId,
    flagged: FlaggedChoice = 'keep',
    annotators?: NamedAnnotators,
  ): Map<string, readonly RoundRow[]> {
    const { annotations } = this.curation.store
    const isLeftOut = (id: string): boolean =>
      flagged === 'leave-out' &&
      annotations.annotators.some((name) => annotations.flagged(name).has(id))
    const prompts = this.curation.prompts.filter(({ id }) => !isLeftOut(id))
    return new Map(
      prompts.map(({ id }) => [
        id,
        format === 'dpo' && !annotators
          ? this.dpoRows.of(id)
          : this.rowsOf(id, exportFormat(format), annotators),
      ]),
    )
  }

  private async updateOnce(): Promise<void> {
    try {
      await this.writeRows({})
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

  private rowsOf<Row extends object>(
    promptId: string,
    format: Pick<ExportFormat<Row>, 'rows'>,
    annotators?: NamedAnnotators,
  ): (RoundRow & { row: Row })[] {
    return this.curation.comparisons
      .labelledUnder(promptId, undefined, annotators)
      .flatMap(({ prompt, round, candidates, preferences }) =>
        format
          .rows({ prompt: prompt.messages, candidates, preferences })
          .map((row) => ({ ...row, round })),
      )
  }
}
