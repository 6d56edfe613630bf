// Candidates read from their lines in the journal, each compared with what the table says of it.
// Invariant I4.
import * as l10n from '@vscode/l10n'
import { candidateSchema } from '../core/formats/records'
import { jsonOfLine } from '../core/text/lines'
import type { Candidate } from '../shared/domain'
import { failureError } from '../shared/errors'
import { readSpans } from './lineReader'
import { Recent } from './recent'
import type { CandidateTable } from './tables/candidateTable'

/** Bytes of lines whose candidates are kept in memory after they were read. */
const RECENT_BYTES = 1 << 23

export class CandidateReader {
  private readonly recent = new Recent<number, Candidate>(RECENT_BYTES)

  /** @param onChanged called when a line is not the one that the table was made from. */
  constructor(
    private readonly file: string,
    private readonly table: CandidateTable,
    private readonly onChanged: () => void,
  ) {}

  /**
   * The candidates of some rows, in their order.
   * @param isKept whether they stay in memory for a while: not where thousands are read once.
   * @throws FailureError `busy` when another program changed the journal.
   */
  read(rows: readonly number[], isKept = true): Candidate[] {
    const found = new Map<number, Candidate>()
    const missing: number[] = []
    for (const row of rows) {
      const candidate = this.recent.get(row)
      if (candidate) found.set(row, candidate)
      else missing.push(row)
    }
    const spans = missing.map((row) => this.table.span(row))
    const lines = readSpans(this.file, spans)
    missing.forEach((row, i) => {
      const candidate = this.parse(row, lines[i])
      found.set(row, candidate)
      if (isKept) this.recent.set(row, candidate, spans[i]?.length ?? 0)
    })
    return rows.flatMap((row) => found.get(row) ?? [])
  }

  private parse(row: number, line: Buffer = Buffer.alloc(0)): Candidate {
    const { data } = candidateSchema.safeParse(jsonOfLine(line))
    const isSame =
      data?.id === this.table.id(row) && this.table.hash(data.text) === this.table.textHash(row)
    if (!isSame) throw this.changed()
    return data
  }

  private changed(): Error {
    this.onChanged()
    return failureError('busy', l10n.t('Another program changed the candidates.'), {
      where: this.file,
      remedy: l10n.t('Try again.'),
    })
  }
}
