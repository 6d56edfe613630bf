// Which texts were seen under several prompts, without holding the texts.
import { type CandidateTable, trimmedKey } from './candidateTable'
import { RowBuckets } from './rowBuckets'

/** Finds rows by hash and compares the texts themselves, so that a collision has no effect. */
export class TextRepeats {
  private readonly buckets: RowBuckets

  /** @param textOf reads the text of a row. */
  constructor(
    private readonly table: CandidateTable,
    private readonly textOf: (row: number) => string,
  ) {
    this.buckets = new RowBuckets((row) => table.trimmedKey(row))
  }

  /** Whether a trimmed text was seen under at least `minPrompts` (2 or more) prompts. */
  isRepeated(text: string, minPrompts: number): boolean {
    const key = trimmedKey(text, this.table.hash(text))
    return this.hasPrompts(key, minPrompts, (row) => this.textOf(row).trim() === text)
  }

  /** Whether {@link isRepeated} may hold for a row's text. Reads no text. */
  mayBeRepeated(row: number, minPrompts: number): boolean {
    return this.hasPrompts(this.table.trimmedKey(row), minPrompts, () => true)
  }

  private hasPrompts(key: number, minPrompts: number, counts: (row: number) => boolean): boolean {
    if (key === 0) return false
    this.buckets.addUpTo(this.table.size)
    const prompts = new Set<string>()
    for (const row of this.buckets.rows(key)) {
      if (this.table.trimmedKey(row) !== key) continue
      const promptId = this.table.promptId(row)
      if (!prompts.has(promptId) && counts(row)) prompts.add(promptId)
      if (prompts.size >= minPrompts) return true
    }
    return false
  }
}
