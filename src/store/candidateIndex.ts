// The candidates of a curation. Texts stay in the journal and are read when they are needed; memory
// holds a table of where they are, which a derived file carries from one process to the next.
import { z } from 'zod'
import { Sequence } from '../async/sequence'
import {
  candidateSchema,
  type GenerationRecord,
  generationRecordSchema,
} from '../core/formats/records'
import type { Candidate, Selection } from '../shared/domain'
import {
  type CandidateIndexData,
  loadCandidateIndex,
  saveCandidateIndex,
} from './candidateIndexFile'
import { CandidateReader } from './candidateReader'
import { Journal } from './journal'

import { CandidateTable } from './tables/candidateTable'
import { TextRepeats } from './tables/textRepeats'

export { poolKey } from './tables/candidateTable'

export type CandidateLine = Candidate | GenerationRecord

const lineSchema: z.ZodType<CandidateLine> = z.union([candidateSchema, generationRecordSchema])

/** A smaller part of the journal is read faster than an index is written. */
const SMALLEST_GAIN_BYTES = 1 << 20
/** While the journal grows the index is written again each time this share was added. */
const UNSAVED_SHARE = 1 / 8

export interface CandidateIndexOptions {
  onMessage: (message: string) => void
  /** Of a text: 16 hex digits. For tests. */
  hash?: (text: string) => string
}

/** What is known of a candidate without reading its text. */
export interface CandidateEntry {
  id: string
  /** The index in the id; NaN for an id without one. */
  index: number
  generationId: string
}

/** The candidates of a curation, for reading. */
export interface Candidates {
  /** Candidates in all pools. */
  readonly size: number
  has(id: string): boolean
  candidate(id: string): Candidate | undefined
  poolSize(promptId: string, round: number): number
  /** The pool in the order of its candidates' indices. The array does not change later. */
  pool(promptId: string, round: number): readonly Candidate[]
  /** {@link pool} without reading the texts. */
  entries(promptId: string, round: number): CandidateEntry[]
  /** The settings that candidates with this `generationId` came from. */
  generation(id: string): GenerationRecord | undefined
  allGenerations(): Iterable<GenerationRecord>
  /** Whether a selection's candidates have the texts it was made from. */
  isOf(selection: Selection): boolean
  /** Whether a trimmed text was seen under at least `minPrompts` (2 or more) prompts. */
  isRepeated(text: string, minPrompts: number): boolean
  /** The trimmed texts of a pool, in its order, that {@link isRepeated}. */
  repeatedTexts(promptId: string, round: number, minPrompts: number): string[]
}

export class CandidateIndex implements Candidates {
  private table!: CandidateTable
  private reader!: CandidateReader
  private repeats!: TextRepeats
  private readonly generations = new Map<string, GenerationRecord>()
  private readonly refreshing = new Sequence()
  /** Lines with the id of an earlier candidate and another text. */
  private refused: number
  private reportedRefused = 0
  /** Bytes of the journal that the index on disk covers. */
  private savedBytes: number
  private saving: Promise<unknown> = Promise.resolve()
  /** Whether a line that was read is not the line that the table was made from. */
  private isStale = false

  private constructor(
    private readonly file: string,
    private readonly options: CandidateIndexOptions,
    private readonly journal: Journal<CandidateLine>,
    data: CandidateIndexData | null,
  ) {
    this.use(data?.table ?? new CandidateTable(options.hash))
    for (const record of data?.generations ?? []) this.generations.set(record.id, record)
    this.refused = data?.refused ?? 0
    this.savedBytes = data?.checkpoint.position.offset ?? 0
  }

  /**
   * Reads the part of the journal that the index on disk does not cover.
   * @param file the journal; need not exist.
   * @throws FailureError of the file system.
   */
  static async open(file: string, options: CandidateIndexOptions): Promise<CandidateIndex> {
    const data = await loadCandidateIndex(file, options.hash)
    const journal = await Journal.open(file, lineSchema, {
      onMessage: options.onMessage,
      onRewritten: () => index.clear(),
      checksums: true,
      ...(data ? { checkpoint: data.checkpoint } : {}),
    })
    const index: CandidateIndex = new CandidateIndex(file, options, journal, data)
    await index.refresh()
    const stampedAt = journal.checkpoint()?.position.stampedAt
    // The journal had to be compared with the index, and would be each time.
    if (stampedAt !== data?.checkpoint.position.stampedAt) index.startSaving(journal.bytesRead)
    return index
  }

  get size(): number {
    return this.table.size
  }

  /** Takes in what this and other processes appended; whether that changed anything. */
  refresh(): Promise<boolean> {
    return this.refreshing.run(async () => {
      if (this.isStale) {
        this.journal.rewind()
        this.clear()
      }
      const sizeBefore = this.table.size
      let records = 0
      await this.journal.visit((line, span) => {
        records++
        if ('kind' in line) {
          if (!this.generations.has(line.id)) this.generations.set(line.id, line)
        } else if (this.table.add(line, span) === 'refused') this.refused++
      })
      this.reportRefused()
      this.startSaving(this.unsavedBytes - this.savedBytes * UNSAVED_SHARE)
      return records > 0 || this.table.size !== sizeBefore
    })
  }

  /**
   * Appends to the journal and takes the lines in, also when only some of them could be written.
   * @throws FailureError `disk-full`, `no-permission`.
   */
  async append(lines: readonly CandidateLine[]): Promise<void> {
    try {
      await this.journal.append(lines, { flush: false })
    } finally {
      await this.refresh()
    }
  }

  /** Writes the index now, where that saves the next process time. Failures are ignored. */
  async save(): Promise<void> {
    this.startSaving(this.unsavedBytes)
    await this.saving
  }

  has(id: string): boolean {
    return this.table.find(id) !== undefined
  }

  /** @throws FailureError `busy` when another program changed the journal since {@link refresh}. */
  candidate(id: string): Candidate | undefined {
    const row = this.table.find(id)
    return row === undefined ? undefined : this.reader.read([row])[0]
  }

  poolSize(promptId: string, round: number): number {
    return this.table.rows(promptId, round).length
  }

  /** @throws FailureError `busy` when another program changed the journal since {@link refresh}. */
  pool(promptId: string, round: number): readonly Candidate[] {
    return this.reader.read(this.table.rows(promptId, round))
  }

  entries(promptId: string, round: number): CandidateEntry[] {
    const { table } = this
    return table.rows(promptId, round).map((row) => ({
      id: table.id(row),
      index: table.place(row),
      generationId: table.generationId(row),
    }))
  }

  generation(id: string): GenerationRecord | undefined {
    return this.generations.get(id)
  }

  allGenerations(): Iterable<GenerationRecord> {
    return this.generations.values()
  }

  isOf({ candidateIds, textHashes }: Selection): boolean {
    return (
      textHashes === undefined ||
      candidateIds.every((id, place) => {
        const row = this.table.find(id)
        return row !== undefined && this.table.textHash(row) === textHashes[place]
      })
    )
  }

  isRepeated(text: string, minPrompts: number): boolean {
    return this.repeats.isRepeated(text, minPrompts)
  }

  repeatedTexts(promptId: string, round: number, minPrompts: number): string[] {
    const rows = this.table
      .rows(promptId, round)
      .filter((row) => this.repeats.mayBeRepeated(row, minPrompts))
    return this.reader
      .read(rows)
      .map(({ text }) => text.trim())
      .filter((text) => this.isRepeated(text, minPrompts))
  }

  private clear(): void {
    this.use(new CandidateTable(this.options.hash))
    this.generations.clear()
    this.refused = 0
    this.reportedRefused = 0
    this.savedBytes = 0
    this.isStale = false
  }

  private use(table: CandidateTable): void {
    const reader = new CandidateReader(this.file, table, () => (this.isStale = true))
    this.table = table
    this.reader = reader
    this.repeats = new TextRepeats(table, (row) => reader.read([row])[0]?.text ?? '')
  }

  private reportRefused(): void {
    const count = this.refused - this.reportedRefused
    if (count === 0) return
    this.reportedRefused = this.refused
    this.options.onMessage(
      `${this.file}: ${count} candidates have the id of an earlier one with another text; the earlier ones count.`,
    )
  }

  private get unsavedBytes(): number {
    return this.journal.bytesRead - this.savedBytes
  }

  /** @param gain bytes of the journal that the next process need not read. */
  private startSaving(gain: number): void {
    const checkpoint = this.journal.checkpoint()
    if (gain < SMALLEST_GAIN_BYTES || !checkpoint) return
    this.savedBytes = this.journal.bytesRead
    const saved = saveCandidateIndex(this.file, {
      table: this.table,
      generations: [...this.generations.values()],
      refused: this.refused,
      checkpoint,
    })
    // The index only saves time: where it cannot be written the journal is read instead.
    this.saving = Promise.allSettled([this.saving, saved])
  }
}
