// Append-only journals: one JSON record per line. Several processes append; each reads on from
// where it stopped.
// Invariants I2, I6.
import * as l10n from '@vscode/l10n'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { Sequence } from '../async/sequence'
import { jsonOfLine, type Line, LineSplitter } from '../core/text/lines'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { LINE_FEED, openToAppend, unterminatedTail, writeWhole } from './appendFile'
import { syncFolder } from './atomicFile'
import { BrokenLines, brokenLineSchema, isBlank } from './brokenLines'
import { chunksOf } from './chunks'
import { openIfThere } from './files'
import { JournalPosition, journalPositionSchema } from './journalPosition'

/** Characters of broken lines that a checkpoint holds at most. */
const LARGEST_BROKEN = 1 << 20

/** Where a record is in the file. */
export interface Span {
  /** Bytes before it. */
  offset: number
  /** Bytes of its line, with the line feed. */
  length: number
}

/** What a later process needs to read on from where this one stopped. JSON. */
export const journalCheckpointSchema = z.strictObject({
  position: journalPositionSchema,
  /** Lines before the position that are no records and not set aside. */
  broken: z.array(brokenLineSchema),
})
export type JournalCheckpoint = z.infer<typeof journalCheckpointSchema>

export interface JournalOptions {
  /** Called with lines that are no records, each once; many of them in one message. */
  onMessage?: (message: string) => void
  /**
   * Called when the file no longer begins with the lines read before (replaced, cut, edited); all
   * its records follow from the first on.
   */
  onRewritten?: () => void
  /** Compute what {@link Journal.checkpoint} needs. */
  checksums?: boolean
  /** Begin where an earlier reader stopped, if the file still begins with what it read. */
  checkpoint?: JournalCheckpoint
}

/**
 * A line that is no record is passed over with a message and stays in the file; the next append
 * copies it to `<file>.torn`, after which it is passed over silently. Such lines are the last line
 * of a process that was killed, and lines of a bad merge.
 */
export class Journal<T> {
  private position: JournalPosition
  /** Faults that an earlier process found, to be reported when its position is confirmed. */
  private brokenBefore: JournalCheckpoint['broken']
  private readonly writing = new Sequence()
  private readonly reading = new Sequence()

  private constructor(
    readonly file: string,
    private readonly schema: z.ZodType<T>,
    private readonly options: JournalOptions,
    private readonly broken: BrokenLines,
  ) {
    const { checkpoint, checksums = false } = options
    this.position = checkpoint
      ? JournalPosition.restored(checkpoint.position)
      : new JournalPosition(checksums)
    this.brokenBefore = checkpoint?.broken ?? []
  }

  /** The file need not exist: the first append makes it, with its folder. */
  static async open<T>(
    file: string,
    schema: z.ZodType<T>,
    options: JournalOptions = {},
  ): Promise<Journal<T>> {
    const broken = await BrokenLines.open(file, (message) => options.onMessage?.(message))
    return new Journal(file, schema, options, broken)
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return this.position.offset
  }

  /**
   * Appends the records as whole lines in one write, so that other processes may append too.
   * @param options flush: resolves only when they are on the disk.
   * @throws FailureError `disk-full`, `no-permission`; some of the records may then be in the file.
   */
  append(records: readonly T[], { flush }: { flush: boolean }): Promise<void> {
    const invalid = records.find((record) => !this.schema.safeParse(record).success)
    if (invalid !== undefined)
      return Promise.reject(
        failureError(
          'internal',
          l10n.t`This is not a record of the journal: ${JSON.stringify(invalid)}`,
          {
            where: this.file,
          },
        ),
      )
    const lines = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    return this.writing.run(async () => {
      if (lines.length > 0) await this.guarded(() => this.write(lines, flush))
    })
  }

  /**
   * Calls `visit` with each record appended since the last call, by this process and others, in
   * file order, and with its place in the file. Concurrent calls wait for each other. After a
   * `visit` that throws the next call goes on with the next record.
   */
  visit(visit: (record: T, span: Span) => void): Promise<void> {
    return this.reading.run(() =>
      this.guarded(async () => {
        if (await this.position.isAtEnd(this.file)) return
        const handle = await openIfThere(this.file)
        try {
          if ((await this.hasMore(handle)) && handle) await this.visitFrom(handle, visit)
        } finally {
          await handle?.close()
        }
      }),
    )
  }

  /** Makes the next reading begin at the first record. */
  rewind(): void {
    this.position = new JournalPosition(this.options.checksums ?? false)
    this.brokenBefore = []
  }

  /**
   * Where the last reading stopped; null before the first, where no checksums are kept, and with
   * too many broken lines.
   */
  checkpoint(): JournalCheckpoint | null {
    const position = this.position.data()
    const broken = this.broken.list()
    const characters = broken.reduce((sum, [, raw]) => sum + raw.length, 0)
    return position && characters <= LARGEST_BROKEN ? { position, broken } : null
  }

  private async visitFrom(
    handle: FileHandle,
    visit: (record: T, span: Span) => void,
  ): Promise<void> {
    const splitter = new LineSplitter()
    let last: Line | undefined
    const visitLines = (lines: Iterable<Line>): void => {
      for (const line of lines) {
        const span = { offset: this.position.offset, length: line.length }
        const taken = this.take(line)
        if (taken === 'incomplete') return
        last = line
        if (taken) visit(taken.value, span)
      }
    }
    try {
      for await (const chunk of chunksOf(handle, this.position.offset))
        visitLines(splitter.split(chunk))
      visitLines(splitter.end())
    } finally {
      this.broken.report()
      if (last) this.position.rememberEnd(last)
    }
  }

  private async hasMore(handle: FileHandle | null): Promise<boolean> {
    let comparison = await this.position.compare(handle)
    if (comparison === 'replaced') {
      this.rewind()
      this.options.onRewritten?.()
      comparison = await this.position.compare(handle)
    }
    for (const line of this.brokenBefore.splice(0)) this.broken.add(...line)
    this.broken.report()
    return comparison === 'may-have-more'
  }

  /** Moves past a line. An incomplete last line may still be being written: it is read again. */
  private take(line: Line): { value: T } | null | 'incomplete' {
    const parsed = this.schema.safeParse(line.isOverlong ? undefined : jsonOfLine(line.bytes))
    const number = this.position.line + 1
    if (!line.isTerminated && !parsed.success) {
      this.broken.reportTail(line.bytes, number)
      return 'incomplete'
    }
    if (!parsed.success && !isBlank(line.bytes))
      this.broken.add(number, line.bytes.toString('latin1'))
    this.position.advance(line)
    return parsed.success ? { value: parsed.data } : null
  }

  private async write(lines: Buffer, flush: boolean): Promise<void> {
    const handle = await openToAppend(this.file)
    try {
      const { size } = await handle.stat()
      const tail = await unterminatedTail(handle, size)
      if (!isBlank(tail) && !this.isRecord(tail)) this.broken.addTail(tail)
      await this.broken.copyAside()
      await writeWhole(handle, tail.length > 0 ? Buffer.concat([LINE_FEED, lines]) : lines)
      if (flush) await handle.datasync()
      if (flush && size === 0) await syncFolder(path.dirname(this.file))
    } finally {
      await handle.close()
    }
  }

  private isRecord(bytes: Buffer): boolean {
    return this.schema.safeParse(jsonOfLine(bytes)).success
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      throw new FailureError(toFailure(thrown, this.file), { cause: thrown })
    }
  }
}
