// Append-only journals: one JSON record a line, written by several processes, read on from where
// the last reading ended.
import { type FileHandle, open, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { decodeUtf8, jsonOfLine, type Line, splitLines } from '../core/formats/lines'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { syncFolder } from './atomicFile'
import { chunksOf } from './chunks'
import { makeFolder, openIfThere } from './files'
import { Sequence } from '../async/sequence'

/**
 * Bytes of the last line read that must still be in place for the file to count as the one read
 * before.
 */
const FINGERPRINT_BYTES = 64

const LINE_FEED = Buffer.from('\n')

export interface JournalOptions {
  /** Told of lines that are no records, once each. */
  onMessage?: (message: string) => void
  /**
   * Called when the file is another one than before (replaced, cut); all its records follow from
   * the first on.
   */
  onRewritten?: () => void
}

/**
 * A line that is no record is passed over with a message and stays in the file; the next append
 * sets it aside in `<file>.torn`, after which it is passed over silently. Such are the last line of
 * a process that was killed, and lines of a bad merge.
 */
export class Journal<T> {
  private offset = 0
  private line = 0
  /** What the file held just before `offset`. */
  private fingerprint: Buffer = Buffer.alloc(0)
  /** Number of the file in its file system. */
  private inode = 0n
  /**
   * Unreadable lines that `<file>.torn` holds, and those it does not hold yet: latin1 of their
   * bytes.
   */
  private readonly setAside: Set<string>
  private readonly broken = new Set<string>()
  private reportedTail = ''
  private readonly writing = new Sequence()
  private readonly reading = new Sequence()

  private constructor(
    readonly file: string,
    private readonly schema: z.ZodType<T>,
    private readonly options: JournalOptions,
    setAside: Iterable<string>,
  ) {
    this.setAside = new Set(setAside)
  }

  /** The file need not exist: it is made, with its folder, by the first append. */
  static async open<T>(
    file: string,
    schema: z.ZodType<T>,
    options: JournalOptions = {},
  ): Promise<Journal<T>> {
    return new Journal(file, schema, options, await linesSetAside(tornFile(file)))
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
        failureError('internal', `This is no record of the journal: ${JSON.stringify(invalid)}`, {
          where: this.file,
        }),
      )
    const lines = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    return this.writing.run(async () => {
      if (lines.length === 0) return
      try {
        await this.write(lines, flush)
      } catch (thrown) {
        throw new FailureError(toFailure(thrown, this.file), { cause: thrown })
      }
    })
  }

  /**
   * The records appended since the last call, by this process and others, in file order. Concurrent
   * calls wait for each other.
   */
  async *refresh(): AsyncGenerator<T, void> {
    let done: () => void = () => undefined
    const finished = new Promise<void>((resolve) => (done = resolve))
    await new Promise<void>((started) => void this.reading.run(() => (started(), finished)))
    try {
      yield* this.read()
    } catch (thrown) {
      throw new FailureError(toFailure(thrown, this.file), { cause: thrown })
    } finally {
      done()
    }
  }

  /** Makes the next {@link refresh} begin at the first record. */
  rewind(): void {
    this.offset = 0
    this.line = 0
    this.fingerprint = Buffer.alloc(0)
  }

  private async *read(): AsyncGenerator<T, void> {
    const handle = await openIfThere(this.file)
    try {
      if (this.offset > 0 && !(handle && (await this.isSameFile(handle)))) {
        this.rewind()
        this.options.onRewritten?.()
      }
      if (!handle) return
      this.inode = await inodeOf(handle)
      yield* this.readOn(handle)
    } finally {
      await handle?.close()
    }
  }

  private async *readOn(handle: FileHandle): AsyncGenerator<T, void> {
    let last: Line | undefined
    try {
      for await (const line of splitLines(chunksOf(handle, this.offset))) {
        const record = this.parse(line)
        // An incomplete last line may be in the course of being written: it is read again.
        if (!line.isTerminated && !record) {
          this.reportTail(line)
          return
        }
        this.offset += line.length
        this.line += Number(line.isTerminated)
        last = line
        if (record) yield record.value
      }
    } finally {
      if (last) this.fingerprint = fingerprintOf(last)
    }
  }

  private parse(line: Line): { value: T } | null {
    const parsed = this.schema.safeParse(line.isOverlong ? undefined : jsonOfLine(line.bytes))
    if (parsed.success) return { value: parsed.data }
    if (isBlank(line.bytes)) return null
    const raw = line.bytes.toString('latin1')
    if (line.isTerminated && !this.setAside.has(raw) && !this.broken.has(raw)) {
      this.broken.add(raw)
      this.tell(`${this.file}:${this.line + 1}: this line is no record and is passed over.`)
    }
    return null
  }

  private async isSameFile(handle: FileHandle): Promise<boolean> {
    if ((await inodeOf(handle)) !== this.inode) return false
    const { length } = this.fingerprint
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(length),
      0,
      length,
      this.offset - length,
    )
    return bytesRead === length && buffer.equals(this.fingerprint)
  }

  private reportTail({ bytes }: Line): void {
    const tail = bytes.toString('latin1')
    if (tail === this.reportedTail || isBlank(bytes)) return
    this.reportedTail = tail
    this.tell(`${this.file}:${this.line + 1}: the last line is incomplete and is passed over.`)
  }

  private async write(lines: Buffer, flush: boolean): Promise<void> {
    const handle = await openToAppend(this.file)
    try {
      const { size } = await handle.stat()
      const tail = await unterminatedTail(handle, size)
      if (!isBlank(tail) && !this.isRecord(tail)) this.broken.add(tail.toString('latin1'))
      await this.setBrokenLinesAside()
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

  private async setBrokenLinesAside(): Promise<void> {
    const lines = [...this.broken].filter((line) => !this.setAside.has(line))
    if (lines.length === 0) return
    const torn = tornFile(this.file)
    const handle = await open(torn, 'a')
    try {
      await writeWhole(handle, Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'))
      await handle.datasync()
    } finally {
      await handle.close()
    }
    for (const line of lines) this.setAside.add(line)
    this.broken.clear()
    this.tell(
      `${this.file}: ${lines.length === 1 ? 'a line that is no record was' : `${lines.length} lines that are no records were`} set aside in ${path.basename(torn)}.`,
    )
  }

  private tell(message: string): void {
    this.options.onMessage?.(message)
  }
}

async function openToAppend(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a+')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    await makeFolder(path.dirname(file))
    return open(file, 'a+')
  }
}

const inodeOf = async (handle: FileHandle): Promise<bigint> =>
  (await handle.stat({ bigint: true })).ino

const isBlank = (bytes: Buffer): boolean => decodeUtf8(bytes)?.trim() === ''

const tornFile = (file: string): string => `${file}.torn`

async function linesSetAside(file: string): Promise<string[]> {
  return readFile(file, 'latin1').then(
    (text) => text.split('\n'),
    () => [],
  )
}

function fingerprintOf({ bytes, isTerminated, isOverlong }: Line): Buffer {
  if (isOverlong) return Buffer.alloc(0)
  // copied, so that the chunk it was read into can go
  const end = Buffer.from(bytes.subarray(-FINGERPRINT_BYTES))
  return isTerminated ? Buffer.concat([end, LINE_FEED]) : end
}

/** What stands after the last line feed. */
async function unterminatedTail(handle: FileHandle, size: number): Promise<Buffer> {
  let tail = Buffer.alloc(0)
  for (let end = size, step = 1; end > 0; step = 1 << 16) {
    const start = Math.max(0, end - step)
    const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start)
    const feed = buffer.lastIndexOf('\n')
    tail = Buffer.concat([buffer.subarray(feed + 1), tail])
    if (feed >= 0) break
    end = start
  }
  return tail
}

/**
 * One write; what a full disk let through is ended as a line, so that the next append begins on a
 * new one.
 */
async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes)
  if (bytesWritten === bytes.length) return
  await handle.write(LINE_FEED) // throws what stopped the first write, as a rule
  throw failureError('disk-full', 'Only a part could be written.', {
    remedy: 'Free some space and start again; what was written is kept.',
  })
}
