// Where a reader of a growing file stopped, and whether the file still begins with what it read.
// Invariant I4.
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import type { Line } from '../core/text/lines'
import { LINE_FEED } from './appendFile'
import { BlockChecksums, blockChecksumsSchema } from './blockChecksums'
import {
  type FileStamp,
  fileStampSchema,
  isSameFile,
  isSameStamp,
  isSettled,
  stampAt,
  stampOf,
} from './fileStamp'

/** Bytes before the end of the last line read that must be unchanged after the file grew. */
const FINGERPRINT_BYTES = 64

export const journalPositionSchema = z.strictObject({
  /** The stamp of the file before it was last read. */
  stamp: fileStampSchema,
  /** When the stamp was taken: milliseconds since 1970. */
  stampedAt: z.number(),
  /** Bytes read. */
  offset: z.number().int().min(0),
  /** Line feeds read. */
  line: z.number().int().min(0),
  /** The last bytes read. Base64. */
  fingerprint: z.string(),
  /** The checksums of the bytes read. */
  checksums: blockChecksumsSchema,
})
/** A position as JSON, for a later process. */
export type JournalPositionData = z.infer<typeof journalPositionSchema>

/** How a file compares with what was read of it. `replaced`: it no longer begins with that. */
export type FileChange = 'unchanged' | 'may-have-more' | 'replaced'

/**
 * A file that grew counts as appended to when the end of the last line read is unchanged. Any other
 * change of size or modification time is checked against the checksums, where they are kept;
 * without them the file counts as replaced.
 */
export class JournalPosition {
  offset = 0
  line = 0
  /** The bytes just before `offset`. */
  private fingerprint: Buffer = Buffer.alloc(0)
  private stamp: FileStamp | null = null
  private stampedAt = 0
  /** Whether this is the position of an earlier process, to be confirmed. */
  private isRestored = false
  /** Null where none are kept, and after a line that was too long to be read whole. */
  private checksums: BlockChecksums | null

  constructor(keepsChecksums: boolean) {
    this.checksums = keepsChecksums ? new BlockChecksums() : null
  }

  static restored(data: JournalPositionData): JournalPosition {
    const position = new JournalPosition(true)
    position.offset = data.offset
    position.line = data.line
    position.fingerprint = Buffer.from(data.fingerprint, 'base64')
    position.stamp = data.stamp
    position.stampedAt = data.stampedAt
    position.checksums = new BlockChecksums(data.checksums)
    position.isRestored = true
    return position
  }

  /** Null before the first reading, and where no checksums are kept. */
  data(): JournalPositionData | null {
    if (!this.stamp || !this.checksums) return null
    return {
      stamp: this.stamp,
      stampedAt: this.stampedAt,
      offset: this.offset,
      line: this.line,
      fingerprint: this.fingerprint.toString('base64'),
      checksums: this.checksums.data(),
    }
  }

  /** Whether the file has not changed since it was read to its end. */
  async isAtEnd(file: string): Promise<boolean> {
    return this.isUnchanged(await stampAt(file))
  }

  /**
   * Compares the file with what was read of it; confirms a restored position.
   * @param handle null for a file that does not exist.
   */
  async compare(handle: FileHandle | null): Promise<FileChange> {
    const now = Date.now()
    const stamp = handle && (await stampOf(handle))
    if (this.isUnchanged(stamp)) return 'unchanged'
    if (this.offset > 0 && !(handle && stamp && (await this.continues(handle, stamp))))
      return 'replaced'
    if (!this.isTrusted(stamp)) this.stampedAt = now
    this.stamp = stamp
    this.isRestored = false
    return 'may-have-more'
  }

  /** Moves past a line. */
  advance({ bytes, length, isTerminated, isOverlong }: Line): void {
    this.offset += length
    this.line += Number(isTerminated)
    if (isOverlong) this.checksums = null
    this.checksums?.add(bytes)
    if (isTerminated) this.checksums?.add(LINE_FEED)
  }

  /** To be called after {@link advance}, with the last line of a reading. */
  rememberEnd({ bytes, isTerminated, isOverlong }: Line): void {
    // copied, so that the chunk it was read into can go
    const end = Buffer.from(bytes.subarray(-FINGERPRINT_BYTES))
    this.fingerprint = isOverlong
      ? Buffer.alloc(0)
      : isTerminated
        ? Buffer.concat([end, LINE_FEED])
        : end
  }

  private isUnchanged(stamp: FileStamp | null): boolean {
    return stamp?.size === this.offset && !this.isRestored && this.isTrusted(stamp)
  }

  /** Whether the file is certain to hold what it held when it was read. */
  private isTrusted(stamp: FileStamp | null): boolean {
    const before = this.stamp
    if (!stamp || !before || !isSameStamp(stamp, before)) return false
    return !this.isRestored || isSettled(before, this.stampedAt)
  }

  private async continues(handle: FileHandle, stamp: FileStamp): Promise<boolean> {
    const before = this.stamp
    if (stamp.size < this.offset || !before) return false
    if (this.isTrusted(stamp)) return true
    const isResized = isSameFile(stamp, before) && stamp.size !== before.size
    if (isResized && !this.isRestored && (stamp.size > before.size || !this.checksums))
      return this.hasFingerprint(handle)
    return (await this.checksums?.match(handle)) === true
  }

  private async hasFingerprint(handle: FileHandle): Promise<boolean> {
    const { length } = this.fingerprint
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(length),
      0,
      length,
      this.offset - length,
    )
    return bytesRead === length && buffer.equals(this.fingerprint)
  }
}
