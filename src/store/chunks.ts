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
