// Appending whole lines to a file that other processes append to as well.
import * as l10n from '@vscode/l10n'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { FailureError, failureError, toFailure } from '../shared/errors'
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
  throw failureError('disk-full', l10n.t('Only a part could be written.'), {
    remedy: l10n.t('Free some space and start again; what was written is kept.'),
  })
}

/**
 * Appends lines to a file that ends with or without a line feed; they survive the end of the
 * process when this resolves.
 * @throws FailureError `disk-full`, `no-permission`.
 */
export async function appendLines(file: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  try {
    const handle = await openToAppend(file)
    try {
      const { size } = await handle.stat()
      const isEnded = (await unterminatedTail(handle, size)).length === 0
      const text = lines.map((line) => `${line}\n`).join('')
      await writeWhole(handle, Buffer.from(isEnded ? text : `\n${text}`))
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}
