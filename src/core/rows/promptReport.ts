// What reading a file of prompts did: which fields were taken, which were not read, and which rows
// give no prompt.
import { isRecord } from '../text/values'
import { possiblePrompts, type PromptFields, type PromptOfRow, type PromptSource } from './prompts'
import { promptFieldsOf } from './rowFields'

/** Rows that are named; the others are counted. */
export const MOST_NAMED_ROWS = 20

/** Rows of one kind: how many, and where the first {@link MOST_NAMED_ROWS} are. */
export interface RowFaults {
  count: number
  first: { line: number; why: string }[]
}

/** Whether the field of the prompt was found, as the curation file names none. */
export const isGuessed = ({ promptFields }: PromptReport, fields: PromptFields): boolean =>
  fields.prompt === undefined && promptFields.length > 0

export function addFault(faults: RowFaults, line: number, why: string): void {
  faults.count++
  if (faults.first.length < MOST_NAMED_ROWS) faults.first.push({ line, why })
}

export interface PromptReport {
  /** Rows of the file, as far as it was read. */
  rows: number
  /** Rows whose prompt an earlier row has. */
  duplicates: number
  /** Rows that hold no prompt, such as null: left out. */
  empty: RowFaults
  /** Those of them that lack the field that is named for the system message. */
  withoutSystem: number
  /** Rows of which a part has another shape than it must have: left out. */
  broken: RowFaults
  /** Fields of the prompt, the most frequent first; none where rows are texts. */
  promptFields: string[]
  systemFields: string[]
  /** Fields that are part of the prompt, such as `input`. */
  joined: string[]
  /** Formats of the transcripts that texts were read as. */
  transcripts: string[]
  /** Conversations of which the last answer was left out. */
  cut: number
  /** Prompts that hold the mark of an answer, and the marks; see `answerMark`. */
  answered: { count: number; marks: string[] }
  /** Fields that hold something and are not read. */
  notRead: string[]
  /**
   * Fields that can be named as the prompt; dotted paths reach into objects. Without those that
   * were taken for it and hold none.
   */
  possible: string[]
}

export class PromptReporter {
  private rows = 0
  private prompts = 0
  private cut = 0
  private readonly empty: RowFaults = { count: 0, first: [] }
  private readonly broken: RowFaults = { count: 0, first: [] }
  private withoutSystem = 0
  /** Fields that were taken for the prompt and hold none. */
  private readonly tried = new Set<string>()
  private readonly counts = {
    prompt: new Counts(),
    system: new Counts(),
    joined: new Counts(),
    transcript: new Counts(),
    answered: new Counts(),
    notRead: new Counts(),
    possible: new Counts(),
  }

  add(row: unknown, line: number, result: PromptOfRow): void {
    this.rows++
    if (this.rows <= MOST_NAMED_ROWS && isRecord(row))
      this.counts.possible.add(...possiblePrompts(row))
    if ('prompt' in result) this.addSource(result.source)
    else this.addFault(line, result)
    if ('why' in result && isRecord(row))
      for (const name of promptFieldsOf(Object.keys(row))) this.tried.add(name)
  }

  /** A row that could not be read at all. */
  addBroken(line: number, why: string): void {
    this.rows++
    this.addFault(line, { fault: 'broken', why })
  }

  /** @param distinct prompts so far. */
  report(distinct: number): PromptReport {
    const { prompt, system, joined, transcript, answered, notRead, possible } = this.counts
    return {
      rows: this.rows,
      duplicates: this.prompts - distinct,
      empty: this.empty,
      withoutSystem: this.withoutSystem,
      broken: this.broken,
      promptFields: prompt.names(),
      systemFields: system.names(),
      joined: joined.names(),
      transcripts: transcript.names(),
      cut: this.cut,
      answered: { count: answered.total(), marks: answered.names() },
      notRead: notRead.names(),
      possible: possible.names().filter((name) => !this.tried.has(name)),
    }
  }

  private addSource(source: PromptSource): void {
    const { prompt, system, joined, transcript, isCut, answerMark, notRead } = source
    this.prompts++
    this.cut += Number(isCut)
    if (answerMark !== null) this.counts.answered.add(answerMark)
    if (prompt !== null) this.counts.prompt.add(prompt)
    if (system !== null) this.counts.system.add(system)
    if (transcript !== null) this.counts.transcript.add(transcript)
    this.counts.joined.add(...joined)
    this.counts.notRead.add(...notRead)
  }

  private addFault(line: number, { fault, why }: Exclude<PromptOfRow, { prompt: unknown }>): void {
    if (fault === 'noSystem') this.withoutSystem++
    const isEmpty = fault === 'empty' || fault === 'noSystem'
    addFault(isEmpty ? this.empty : this.broken, line, why)
  }
}

/** Names by frequency; names of equal frequency in the order of their first appearance. */
class Counts {
  private readonly counts = new Map<string, number>()

  add(...names: readonly string[]): void {
    for (const name of names) this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  total(): number {
    return [...this.counts.values()].reduce((total, count) => total + count, 0)
  }

  names(): string[] {
    return [...this.counts].sort(([, a], [, b]) => b - a).map(([name]) => name)
  }
}
