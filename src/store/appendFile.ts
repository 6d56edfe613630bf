// Appending whole lines to a file that other processes append to as well.
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { failureError } from '../shared/errors'
import { makeFolder } from './files'

export const LINE_FEED = Buffer.from('\n')

/** Opens a file to append to and to read; makes it, and its folder, where they do not exist. */
export async function openToAppend(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a+')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    await makeFolder(path.dirname(file))
    return open(file, 'a+')
  }
}

/** The bytes after the last line feed. */
export async function unterminatedTail(handle: FileHandle, size: number): Promise<Buffer> {
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
 * Writes in one call. After a partial write on a full disk a line feed ends the partial line, so
 * that the next append begins on a new line.
 * @throws FailureError `disk-full` after a partial write; errors of the file system.
 */
export async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes)
  if (bytesWritten === bytes.length) return
  await handle.write(LINE_FEED) // usually throws the error that stopped the first write
  throw failureError('disk-full', 'Only a part could be written.', {
    remedy: 'Free some space and start again; what was written is kept.',
  })
}
