// The candidates of a curation, for reading. Memory holds a table of where their lines are; texts
// are read from the journal when they are needed.
// Invariant I5.
import type { GenerationRecord } from '../core/formats/records'
import type { Candidate, Selection } from '../shared/domain'
import type { CandidateIndexData } from './candidateIndexFile'
import { CandidateReader } from './candidateReader'
import type { CandidateEntry, Candidates } from './indexes'
import type { Span } from './journal'
import { CandidateTable } from './tables/candidateTable'
import { TextRepeats } from './tables/textRepeats'

export { poolKey } from './tables/candidateTable'

export type CandidateLine = Candidate | GenerationRecord

export class CandidateIndex implements Candidates {
  private table!: CandidateTable
  private reader!: CandidateReader
  private repeats!: TextRepeats
  private generations = new Map<string, GenerationRecord>()
  private refusedCount = 0
  private stale = false

  /**
   * @param file the journal.
   * @param hash of a text: 16 hex digits. For tests.
   */
  constructor(
    private readonly file: string,
    private readonly hash?: (text: string) => string,
  ) {
    this.clear()
  }

  get size(): number {
    return this.table.size
  }

  /** Lines that were refused by {@link add}. */
  get refused(): number {
    return this.refusedCount
  }

  /** Whether a line was read that is not the line that was added: all are to be added again. */
  get isStale(): boolean {
    return this.stale
  }

  /** If two candidates have one id, the first counts; one with another text is refused. */
  add(line: CandidateLine, span: Span): void {
    if ('kind' in line) {
      if (!this.generations.has(line.id)) this.generations.set(line.id, line)
    } else if (this.table.add(line, span) === 'refused') {
      this.refusedCount++
    }
  }

  clear(): void {
    this.use({ table: new CandidateTable(this.hash), generations: [], refused: 0 })
  }

  /** Takes the place of everything added so far. */
  restore({ columns, names, generations, refused }: CandidateIndexData): void {
    const table = CandidateTable.restored(columns, names, this.hash)
    this.use({ table, generations, refused })
  }

  /** What {@link restore} takes. It does not change when lines are added. */
  data(): CandidateIndexData {
    const { columns, names } = this.table.data()
    return { columns, names, generations: [...this.generations.values()], refused: this.refused }
  }

  has(id: string): boolean {
    return this.table.find(id) !== undefined
  }

  candidate(id: string): Candidate | undefined {
    const row = this.table.find(id)
    return row === undefined ? undefined : this.reader.read([row], false)[0]
  }

  poolSize(promptId: string, round: number): number {
    return this.table.rows(promptId, round).length
  }

  promptIds(): string[] {
    return this.table.promptIds()
  }

  cutOff(promptId: string, round: number): number {
    const { table } = this
    return table.rows(promptId, round).filter((row) => table.isCutOff(row)).length
  }

  pool(promptId: string, round: number): readonly Candidate[] {
    return this.reader.read(this.table.rows(promptId, round))
  }

  entries(promptId: string, round: number): readonly CandidateEntry[] {
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

  isOf({ candidateIds, textHashes }: Pick<Selection, 'candidateIds' | 'textHashes'>): boolean {
    return candidateIds.every((id, place) => {
      const row = this.table.find(id)
      return row !== undefined && this.table.textHash(row) === textHashes[place]
    })
  }

  repeatedTexts(promptId: string, round: number, minPrompts: number): string[] {
    const rows = this.table
      .rows(promptId, round)
      .filter((row) => this.repeats.mayBeRepeated(row, minPrompts))
    return this.reader
      .read(rows)
      .map(({ text }) => text.trim())
      .filter((text) => this.repeats.isRepeated(text, minPrompts))
  }

  private use(content: {
    table: CandidateTable
    generations: readonly GenerationRecord[]
    refused: number
  }): void {
    const { table, generations, refused } = content
    const reader = new CandidateReader(this.file, table, () => (this.stale = true))
    this.table = table
    this.reader = reader
    this.repeats = new TextRepeats(table, (row) => reader.read([row])[0]?.text ?? '')
    this.generations = new Map(generations.map((record) => [record.id, record]))
    this.refusedCount = refused
    this.stale = false
  }
}
