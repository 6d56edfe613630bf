// What the file system says of a file, to tell whether the file changed.
import type { BigIntStats } from 'node:fs'
import { type FileHandle, stat } from 'node:fs/promises'
import { z } from 'zod'

/**
 * Some file systems keep times in steps of up to two seconds: a file may change twice in one step
 * and keep its time.
 */
const COARSEST_TIME_MILLISECONDS = 2000

export const fileStampSchema = z.strictObject({
  device: z.string(),
  inode: z.string(),
  size: z.number().int(),
  /** Time of the last modification in nanoseconds since 1970. */
  modified: z.string(),
})
export type FileStamp = z.infer<typeof fileStampSchema>

export const stampOf = async (handle: FileHandle): Promise<FileStamp> =>
  stampFrom(await handle.stat({ bigint: true }))

/** Null for a file that does not exist, or cannot be reached. */
export const stampAt = (file: string): Promise<FileStamp | null> =>
  stat(file, { bigint: true }).then(stampFrom, () => null)

const stampFrom = ({ dev, ino, size, mtimeNs }: BigIntStats): FileStamp => ({
  device: String(dev),
  inode: String(ino),
  size: Number(size),
  modified: String(mtimeNs),
})

export const isSameFile = (one: FileStamp, other: FileStamp): boolean =>
  one.device === other.device && one.inode === other.inode

export const isSameStamp = (one: FileStamp, other: FileStamp): boolean =>
  isSameFile(one, other) && one.size === other.size && one.modified === other.modified

/**
 * Whether a change after the stamp was taken is certain to have changed the stamp.
 * @param takenAt milliseconds since 1970.
 */
export const isSettled = ({ modified }: FileStamp, takenAt: number): boolean =>
  Number(BigInt(modified) / 1_000_000n) + COARSEST_TIME_MILLISECONDS < takenAt
