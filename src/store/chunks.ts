// Files of any size, read in chunks of bytes.
import type { FileHandle } from 'node:fs/promises'

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20

/** The bytes of an open file from `start` to its present end. The caller closes the file. */
export async function* chunksOf(file: FileHandle, start = 0): AsyncGenerator<Buffer> {
  const { size } = await file.stat()
  for (let position = start; position < size;) {
    const { buffer, bytesRead } = await file.read(
      Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position)),
      { position },
    )
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/**
 * The whole lines of an open file in chunks, each valid until the next one is asked for: they share
 * one buffer. A line that does not fit into it, or lacks its line feed, ends them. The caller
 * closes the file.
 */
export async function* wholeLinesOf(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, { position })
    const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1
    if (end === 0) return
    position += end
    yield buffer.subarray(0, end)
  }
}
