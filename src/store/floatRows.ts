// Rows of float32 in a file, read and written by position.
import { closeSync, constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { openIfThereSync, readAt } from './files'

export const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT

/** Bytes of the file; null where there is none. */
export function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    () => null,
  )
}

/** Writes at a place, cuts off what is behind, and flushes. Makes the file if need be. */
export async function writeAt(file: string, position: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT)
  try {
    await handle.truncate(position)
    for (let done = 0; done < bytes.length;)
      done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/**
 * Some rows of `width` numbers, one after the other.
 * @returns null where there is no file, or it ends before.
 * @throws errors of the file system.
 */
export function readFloatRows(
  file: string,
  rows: readonly number[],
  width: number,
): Float32Array | null {
  const handle = openIfThereSync(file)
  if (handle === null) return null
  try {
    const values = new Float32Array(rows.length * width)
    for (let place = 0; place < rows.length;) {
      const first = rows[place] ?? 0
      let end = place + 1
      while (rows[end] === first + end - place) end++
      const bytes = Buffer.from(
        values.buffer,
        place * width * FLOAT_BYTES,
        (end - place) * width * FLOAT_BYTES,
      )
      if (readAt(handle, bytes, first * width * FLOAT_BYTES) < bytes.length) return null
      place = end
    }
    return values
  } finally {
    closeSync(handle)
  }
}
