// Checksums of a growing file in blocks: they show later whether the file still begins with the
// same bytes.
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { z } from 'zod'

const BLOCK_BYTES = 1 << 20

export const blockChecksumsSchema = z.strictObject({
  /** Bytes covered. */
  length: z.number().int().min(0),
  /** CRC-32 of each block; the last block may be incomplete. */
  sums: z.array(z.number()),
})
export type BlockChecksumsData = z.infer<typeof blockChecksumsSchema>

export class BlockChecksums {
  private length = 0
  private sums: number[] = []

  constructor({ length, sums }: BlockChecksumsData = { length: 0, sums: [] }) {
    this.length = length
    this.sums = [...sums]
  }

  clear(): void {
    this.length = 0
    this.sums = []
  }

  /** Covers the bytes that follow those covered so far. */
  add(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const block = Math.floor(this.length / BLOCK_BYTES)
      const end = Math.min(bytes.length, start + (block + 1) * BLOCK_BYTES - this.length)
      this.sums[block] = crc32(bytes.subarray(start, end), this.sums[block] ?? 0)
      this.length += end - start
      start = end
    }
  }

  /** Whether a file begins with the bytes covered. */
  async match(handle: FileHandle): Promise<boolean> {
    const buffer = Buffer.alloc(BLOCK_BYTES)
    for (const [block, sum] of this.sums.entries()) {
      const start = block * BLOCK_BYTES
      const wanted = Math.min(BLOCK_BYTES, this.length - start)
      const { bytesRead } = await handle.read(buffer, 0, wanted, start)
      if (bytesRead !== wanted || crc32(buffer.subarray(0, wanted)) !== sum) return false
    }
    return true
  }

  data(): BlockChecksumsData {
    return { length: this.length, sums: [...this.sums] }
  }
}
