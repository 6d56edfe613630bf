// The journal of candidates and its index, kept in step.
import { z } from 'zod'
import {
  candidateSchema,
  type GenerationRecord,
  generationRecordSchema,
} from '../core/formats/records'
import type { Candidate } from '../shared/domain'
import { type CandidateIndex, type CandidateLine } from './candidateIndex'
import { Journal } from './journal'
import type { SelectionIndex } from './selectionIndex'
import type { ChangeCollector } from './storeChange'

const lineSchema: z.ZodType<CandidateLine> = z.union([candidateSchema, generationRecordSchema])

export class CandidateJournal {
  private isRewritten = false

  private constructor(
    private readonly journal: Journal<CandidateLine>,
    private readonly index: CandidateIndex,
    private readonly onMessage: (message: string) => void,
  ) {}

  /** Reads nothing yet; `index` is empty. */
  static async open(
    file: string,
    index: CandidateIndex,
    onMessage: (message: string) => void,
  ): Promise<CandidateJournal> {
    const opened: CandidateJournal = new CandidateJournal(
      await Journal.open(file, lineSchema, {
        onMessage,
        onRewritten: () => {
          index.clear()
          opened.isRewritten = true
        },
      }),
      index,
      onMessage,
    )
    return opened
  }

  /**
   * Takes in what was appended since, by anyone.
   * @param selections a candidate that one of them names may bring that selection back.
   */
  async refresh(change: ChangeCollector, selections: SelectionIndex): Promise<void> {
    let refused = 0
    for await (const line of this.journal.refresh()) {
      if (!this.index.add(line)) refused++
      if ('kind' in line) continue
      change.add('candidates', line.promptId)
      if (selections.names(line)) change.add('selections', line.promptId)
    }
    if (this.isRewritten) {
      change.addAll('candidates')
      change.addAll('selections')
      this.isRewritten = false
    }
    if (refused > 0)
      this.onMessage(
        `${this.journal.file}: ${refused} candidates have the id of an earlier one with another text; the earlier ones count.`,
      )
  }

  /**
   * Appends candidates, before them those settings that the journal does not have. They survive
   * the end of the process, though not of the machine, when this resolves.
   */
  async append(
    generations: readonly GenerationRecord[],
    candidates: readonly Candidate[],
  ): Promise<void> {
    const fresh = generations.filter(({ id }) => !this.index.generation(id))
    await this.journal.append([...fresh, ...candidates], { flush: false })
  }
}
