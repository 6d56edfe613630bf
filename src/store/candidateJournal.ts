// The journal of candidates and its index, kept in step; and the file that carries the index from
// one process to the next.
// Invariant I4.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { oneOrSeveral } from '../core/counted'
import {
  candidateSchema,
  type GenerationRecord,
  generationRecordSchema,
} from '../core/formats/records'
import type { Candidate } from '../shared/domain'
import type { CandidateIndex, CandidateLine } from './candidateIndex'
import { loadCandidateIndex, saveCandidateIndex } from './candidateIndexFile'
import { Journal } from './journal'
import type { SelectionIndex } from './selectionIndex'
import type { ChangeCollector } from './storeChange'

const lineSchema: z.ZodType<CandidateLine> = z.union([candidateSchema, generationRecordSchema])

/** A smaller part of the journal is read faster than an index is written. */
const SMALLEST_GAIN_BYTES = 1 << 20
/** While the journal grows the index is written again each time this share was added. */
const UNSAVED_SHARE = 1 / 8

export class CandidateJournal {
  private saving: Promise<unknown> = Promise.resolve()
  /** Refused candidates that were reported. */
  private reported = 0
  private isFirst = true
  /** Whether the index was cleared since the last {@link refresh}. */
  private wasCleared = false

  private constructor(
    private readonly journal: Journal<CandidateLine>,
    private readonly index: CandidateIndex,
    private readonly onMessage: (message: string) => void,
    /** When the position was taken that the index on disk ends at; null without an index. */
    private readonly savedStamp: number | null,
    /** Bytes of the journal that the index on disk covers. */
    private savedBytes: number,
  ) {}

  /** Fills `index` from the index on disk, and reads nothing else yet. */
  static async open(
    file: string,
    index: CandidateIndex,
    onMessage: (message: string) => void,
  ): Promise<CandidateJournal> {
    const saved = await loadCandidateIndex(file)
    if (saved) index.restore(saved.data)
    const journal = await Journal.open(file, lineSchema, {
      onMessage,
      onRewritten: () => opened.forget(),
      checksums: true,
      ...(saved ? { checkpoint: saved.checkpoint } : {}),
    })
    const { stampedAt = null, offset = 0 } = saved?.checkpoint.position ?? {}
    const opened: CandidateJournal = new CandidateJournal(
      journal,
      index,
      onMessage,
      stampedAt,
      offset,
    )
    return opened
  }

  /**
   * Takes in what was appended since, by anyone.
   * @param selections a candidate that one of them names may bring that selection back.
   */
  async refresh(change: ChangeCollector, selections: Pick<SelectionIndex, 'names'>): Promise<void> {
    if (this.index.isStale) {
      this.journal.rewind()
      this.forget()
    }
    await this.journal.visit((line, span) => {
      this.index.add(line, span)
      if ('kind' in line) return
      change.add('candidates', line.promptId)
      if (selections.names(line)) change.add('selections', line.promptId)
    })
    if (this.wasCleared) {
      change.addAll('candidates')
      change.addAll('selections')
      this.wasCleared = false
    }
    this.reportRefused()
    this.saveWhenDue()
  }

  /**
   * Appends candidates, before them those settings that the journal does not have. They survive the
   * end of the process, though not of the machine, when this resolves.
   * @throws FailureError `disk-full`, `no-permission`; some of the lines may then be in the file.
   */
  async append(
    generations: readonly GenerationRecord[],
    candidates: readonly Candidate[],
  ): Promise<void> {
    const fresh = generations.filter(({ id }) => !this.index.generation(id))
    await this.journal.append([...fresh, ...candidates], { flush: false })
  }

  /** Writes the index if that saves the next process time. Resolves also when it fails. */
  async save(): Promise<void> {
    this.startSaving(this.unsavedBytes)
    await this.saving
  }

  private forget(): void {
    this.index.clear()
    this.wasCleared = true
    this.savedBytes = 0
    this.reported = 0
  }

  private reportRefused(): void {
    const count = this.index.refused - this.reported
    if (count === 0) return
    this.reported = this.index.refused
    this.onMessage(
      oneOrSeveral(
        count,
        l10n.t`${this.journal.file}: 1 candidate has the id of an earlier one with another text; the earlier one counts.`,
        l10n.t`${this.journal.file}: ${count} candidates have the id of an earlier one with another text; the earlier ones count.`,
      ),
    )
  }

  private get unsavedBytes(): number {
    return this.journal.bytesRead - this.savedBytes
  }

  private saveWhenDue(): void {
    const stampedAt = this.journal.checkpoint()?.position.stampedAt
    // The journal had to be compared with the index on disk, and would be each time.
    if (this.isFirst && stampedAt !== this.savedStamp) this.startSaving(this.journal.bytesRead)
    this.isFirst = false
    this.startSaving(this.unsavedBytes - this.savedBytes * UNSAVED_SHARE)
  }

  /** @param gain bytes of the journal that the next process need not read. */
  private startSaving(gain: number): void {
    const checkpoint = gain < SMALLEST_GAIN_BYTES ? null : this.journal.checkpoint()
    if (!checkpoint) return
    this.savedBytes = this.journal.bytesRead
    const saved = saveCandidateIndex(this.journal.file, { data: this.index.data(), checkpoint })
    // The index only saves time: where it cannot be written the journal is read instead.
    this.saving = Promise.allSettled([this.saving, saved])
  }
}
