// A derived index on disk: JSON and columns of numbers in one file, which is replaced as a whole.
// Numbers are little-endian, as on every machine that this runs on.
import { readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { replaceFile } from './atomicFile'

/** To be changed with the format of any index. */
const MAGIC = 'AEPOIDX1'
const PREAMBLE_BYTES = 16
/** Columns begin at a multiple of this. */
const ALIGNMENT = 8

const COLUMN_TYPES = { f64: Float64Array, u32: Uint32Array }
type Column = Float64Array | Uint32Array

export interface IndexContent {
  /** JSON. */
  meta: unknown
  columns: Record<string, Column>
}

interface Header {
  meta: unknown
  columns: [name: string, type: keyof typeof COLUMN_TYPES, length: number][]
}

/** @throws FailureError `disk-full`, `no-permission`. */
export async function writeIndexFile(file: string, content: IndexContent): Promise<void> {
  const columns = Object.entries(content.columns)
  const header: Header = {
    meta: content.meta,
    columns: columns.map(([name, column]) => [
      name,
      column instanceof Float64Array ? 'f64' : 'u32',
      column.length,
    ]),
  }
  const pieces = [
    Buffer.from(JSON.stringify(header)),
    ...columns.map(([, column]) => bytes(column)),
  ]
  const parts = pieces.flatMap((piece) => [piece, Buffer.alloc(paddingOf(piece.length))])
  const preamble = Buffer.alloc(PREAMBLE_BYTES)
  preamble.write(MAGIC, 'latin1')
  preamble.writeUInt32LE(pieces[0]?.length ?? 0, 8)
  preamble.writeUInt32LE(
    parts.reduce((sum, part) => crc32(part, sum), 0),
    12,
  )
  await replaceFile(file, stream([preamble, ...parts]))
}

/** Null when there is none, or the file is not whole. */
export async function readIndexFile(file: string): Promise<IndexContent | null> {
  const content = await readFile(file).catch(() => null)
  if (!content || content.length < PREAMBLE_BYTES) return null
  if (content.toString('latin1', 0, MAGIC.length) !== MAGIC) return null
  if (crc32(content.subarray(PREAMBLE_BYTES)) !== content.readUInt32LE(12)) return null
  const headerBytes = content.readUInt32LE(8)
  const header = JSON.parse(
    content.toString('utf8', PREAMBLE_BYTES, PREAMBLE_BYTES + headerBytes),
  ) as Header
  const aligned = content.byteOffset % ALIGNMENT === 0 ? content : Buffer.copyBytesFrom(content)
  const columns: IndexContent['columns'] = {}
  let offset = PREAMBLE_BYTES + headerBytes + paddingOf(headerBytes)
  for (const [name, type, length] of header.columns) {
    const column = new COLUMN_TYPES[type](aligned.buffer, aligned.byteOffset + offset, length)
    columns[name] = column
    offset += column.byteLength + paddingOf(column.byteLength)
  }
  return { meta: header.meta, columns }
}

const bytes = (column: Column): Buffer =>
  Buffer.from(column.buffer, column.byteOffset, column.byteLength)

const paddingOf = (length: number): number => (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT

/** In pieces that {@link replaceFile} writes without gathering more. */
async function* stream(parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const part of parts)
    for (let start = 0; start < part.length; start += 1 << 20)
      yield await Promise.resolve(part.subarray(start, start + (1 << 20)))
}
